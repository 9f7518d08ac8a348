/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CapturedLog;
import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldRowsTest {
    private static final int TOTAL = 100_000;
    private static final int BLOCK = 40_000;

    @TempDir
    private Path directory;

    private final MemoryBudget budget = new MemoryBudget(TOTAL);
    private MemorySpace space = new MemorySpace(budget, new SpillDirectory(Path.of(".")), ValueCodec::builtIn);

    @BeforeEach
    void open() {
        space = new MemorySpace(budget, new SpillDirectory(directory), ValueCodec::builtIn);
    }

    @AfterEach
    void shouldGiveEverythingBack() throws IOException {
        assertThat(budget.used()).isZero();
        assertThat(files()).isZero();
        space.close();
    }

    private long files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.toString().endsWith(".spill")).count();
        }
    }

    private static List<Object> all(HeldRows held) {
        List<Object> records = new ArrayList<>();
        held.read().forEachRemaining(records::add);
        return records;
    }

    private static List<Object> filled(HeldRows held, int blocks) {
        List<Object> records = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            byte[] block = new byte[BLOCK];
            block[0] = (byte) i;
            records.add(block);
            assertThat(held.add(block)).isTrue();
        }
        assertThat(held.complete()).isTrue();
        return records;
    }

    @Test
    void shouldSpillOnceTheDiskTakesItThoughItHadRefused() throws IOException {
        AtomicLong nanos = new AtomicLong();
        Path below = Files.createFile(directory.resolve("below"));
        MemorySpace refusing = new MemorySpace(budget, new SpillDirectory(below), ValueCodec::builtIn, nanos::get);
        try (CapturedLog log = new CapturedLog("dev.millrace.memory");
                HeldRows held = HeldRows.ofRecords(refusing, HeldRows.Place.MEMORY_AND_DISK)) {
            List<Object> records = filled(held, 2);
            assertThat(held.spill()).isZero();
            assertThat(held.isStuck()).isFalse();
            Files.delete(below);
            nanos.addAndGet(999_999_999);
            assertThat(held.spill()).as("just after it was refused").isZero();
            nanos.addAndGet(1);
            assertThat(held.spill()).isGreaterThan(2L * BLOCK);
            assertThat(all(held)).containsExactlyElementsOf(records);
            assertThat(log.lines()).hasSize(2);
            assertThat(log.lines().get(0)).startsWith("SEVERE the spill directory takes nothing: " + below);
            assertThat(log.lines().get(1)).isEqualTo("INFO the spill directory below " + below + " takes data again");
        }
        refusing.close();
    }

    @Test
    void shouldHoldInMemoryWhatFindsRoom() throws IOException {
        try (HeldRows held = HeldRows.ofRecords(space, HeldRows.Place.MEMORY_AND_DISK)) {
            List<Object> records = filled(held, 2);
            assertThat(held.bytesInMemory()).isBetween(2L * BLOCK, 2L * BLOCK + 100);
            assertThat(budget.used()).isEqualTo(held.bytesInMemory());
            assertThat(all(held)).containsExactlyElementsOf(records);
            assertThat(files()).isZero();
        }
    }

    @Test
    void shouldPutOnDiskWhatFindsNoRoomAndGiveItBackInOrderAsOftenAsAsked() throws IOException {
        for (HeldRows.Place place :
                List.of(HeldRows.Place.MEMORY_AND_DISK, HeldRows.Place.FREE_MEMORY_AND_DISK, HeldRows.Place.DISK)) {
            HeldRows held = HeldRows.ofRecords(space, place);
            List<Object> records = filled(held, 8);
            assertThat(budget.used()).isLessThanOrEqualTo(TOTAL);
            assertThat(files()).isEqualTo(1);
            assertThat(held.size()).isEqualTo(8);
            assertThat(all(held)).containsExactlyElementsOf(records);
            assertThat(all(held)).containsExactlyElementsOf(records);
            held.close();
            held.close();
            assertThat(files()).isZero();
        }
    }

    @Test
    void shouldRefuseWhatFindsNoRoomInMemoryAlone() {
        try (HeldRows held = HeldRows.ofRecords(space, HeldRows.Place.MEMORY)) {
            assertThat(held.add(new byte[BLOCK])).isTrue();
            assertThat(IntStream.range(0, 8).allMatch(i -> held.add(new byte[BLOCK])))
                    .isFalse();
        }
    }

    @Test
    void shouldAskOthersToGiveWayOnlyForWhatMustBeHeld() {
        List<Long> asked = new ArrayList<>();
        budget.addEvictor(asked::add);
        try (HeldRows held = HeldRows.ofRecords(space, HeldRows.Place.FREE_MEMORY_AND_DISK)) {
            filled(held, 8);
            assertThat(asked).isEmpty();
        }
        try (HeldRows held = HeldRows.ofRecords(space, HeldRows.Place.MEMORY_AND_DISK)) {
            filled(held, 8);
            assertThat(asked).isNotEmpty();
        }
    }

    @Test
    void shouldLetAReaderGoOnWithWhatItBeganWith() throws IOException {
        try (HeldRows held = HeldRows.ofRecords(space, HeldRows.Place.MEMORY_AND_DISK)) {
            List<Object> records = filled(held, 2);
            Iterator<Object> before = held.read();
            assertThat(before.next()).isEqualTo(records.get(0));
            assertThat(held.spill()).isBetween(2L * BLOCK, 2L * BLOCK + 100);
            assertThat(held.spill()).isZero();
            assertThat(budget.used()).isZero();
            assertThat(before.next()).isEqualTo(records.get(1));
            assertThat(before.hasNext()).isFalse();
            assertThat(all(held)).containsExactlyElementsOf(records);
        }
    }

    @Test
    void shouldStayInMemoryIfTheCodecDoesNotKnowWhatIsToBeSpilled() throws IOException {
        record Undeclared(int number) {}
        try (HeldRows held = HeldRows.ofRecords(space, HeldRows.Place.MEMORY_AND_DISK)) {
            held.add(new Undeclared(1));
            held.complete();
            assertThat(held.isStuck()).isFalse();
            assertThat(held.spill()).isZero();
            assertThat(held.isStuck()).isTrue();
            assertThat(all(held)).containsExactly(new Undeclared(1));
            assertThat(files()).isZero();
        }
    }

    @Test
    void shouldKeepTheSequencesOfPairsApart() {
        try (HeldRows held = HeldRows.ofPairs(space, 3)) {
            IntStream.range(0, 1000).forEach(i -> held.add(i % 2, i, i, "value " + i));
            held.complete();
            for (boolean spilled : new boolean[] {false, true}) {
                assertThat(held.spill() > 0).isEqualTo(!spilled);
                List<Object> odd = new ArrayList<>();
                held.part(1).read((key, value) -> key + "=" + value).forEachRemaining(odd::add);
                assertThat(odd).hasSize(500).startsWith("1=value 1", "3=value 3");
                assertThat(held.part(2).isEmpty()).isTrue();
                assertThat(held.sequencesInMemory()).isNull();
            }
        }
    }
}
