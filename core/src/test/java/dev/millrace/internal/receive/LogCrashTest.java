/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.crash.CrashPoint;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Wherever a process dies, and whether or not the power goes with it, all that was said to be durable is there. */
@Timeout(60)
class LogCrashTest {
    private static final int BLOCKS = 12;

    /** The files at a crash point, and what the program knew. */
    private record Death(CrashPoint point, MemoryStore files, int firstNeeded, int durable) {}

    @AfterEach
    void forget() {
        CrashPoint.observe(point -> {});
    }

    @Test
    void shouldGiveWhatWasDurableWhereverAProcessDies() throws Exception {
        List<Death> deaths = deaths();
        Set<CrashPoint> reached = EnumSet.noneOf(CrashPoint.class);
        for (Death death : deaths) {
            reached.add(death.point());
            List<String> found = Blocks.recovered(death.files());
            int first = found.isEmpty() ? death.firstNeeded() : number(found.get(0));
            assertThat(first).as("%s", death).isLessThanOrEqualTo(death.firstNeeded());
            assertThat(first + found.size()).as("%s", death).isGreaterThanOrEqualTo(death.durable());
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i)).isEqualTo(block(first + i));
            }
            goOn(death.files(), first, found);
        }
        assertThat(reached)
                .containsExactlyInAnyOrder(
                        CrashPoint.WAL_ROLLED, CrashPoint.WAL_APPENDED, CrashPoint.WAL_SYNCED, CrashPoint.WAL_RETIRED);
    }

    /** A program that logs, and of which the blocks but two are processed as it goes. */
    private static List<Death> deaths() throws Exception {
        MemoryStore store = new MemoryStore();
        AtomicInteger firstNeeded = new AtomicInteger();
        AtomicInteger durable = new AtomicInteger();
        List<Death> deaths = new CopyOnWriteArrayList<>();
        CrashPoint.observe(point -> {
            deaths.add(new Death(point, store.afterKill(), firstNeeded.get(), durable.get()));
            deaths.add(new Death(point, store.afterPowerFailure(), firstNeeded.get(), durable.get()));
        });
        try (WriteAheadLog log = Blocks.open(store, 120)) {
            for (int i = 0; i < BLOCKS; i++) {
                Blocks.log(log, "a", i, "payload" + i);
                durable.set(i + 1);
                if (i % 3 == 2) {
                    firstNeeded.set(i - 1);
                    log.retire(Map.of("a", i - 1L));
                }
            }
        } finally {
            CrashPoint.observe(point -> {});
        }
        return deaths;
    }

    private static void goOn(MemoryStore files, int first, List<String> found) throws Exception {
        List<String> expected = new ArrayList<>(found);
        try (WriteAheadLog log = Blocks.open(files, 120)) {
            for (int i = first + found.size(); i < BLOCKS + 3; i++) {
                Blocks.log(log, "a", i, "payload" + i);
                expected.add(block(i));
            }
        }
        assertThat(Blocks.recovered(files)).isEqualTo(expected);
        assertThat(Blocks.recovered(files.afterPowerFailure())).isEqualTo(expected);
    }

    private static String block(int number) {
        return "a " + number + " payload" + number;
    }

    private static int number(String block) {
        return Integer.parseInt(block.split(" ")[1]);
    }

    @Test
    void shouldSyncWhatItFindsBeforeItGivesIt() throws Exception {
        List<Death> killed = deaths().stream()
                .filter(death -> death.point() == CrashPoint.WAL_APPENDED)
                .toList();
        for (Death death : killed) {
            List<String> found = Blocks.recovered(death.files());
            assertThat(Blocks.recovered(death.files().afterPowerFailure())).isEqualTo(found);
        }
    }
}
