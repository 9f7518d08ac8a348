/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.rdd.StorageLevel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Received blocks by storage level when memory is short: a budget of 1 MB, of which they may have half. */
@Timeout(60)
class StorageLevelTest {
    private static final String BUDGET = "millrace.memory.budget";
    private static final String RECORD = "x".repeat(10_000);
    private static final int RECORDS = 20;

    @TempDir
    private Path directory;

    static List<Arguments> roomy() {
        List<Arguments> all = new ArrayList<>();
        for (boolean logged : new boolean[] {false, true}) {
            all.add(Arguments.of("on disk", StorageLevel.DISK_ONLY(), logged));
            all.add(Arguments.of("memory, then disk", StorageLevel.MEMORY_AND_DISK(), logged));
            all.add(Arguments.of("memory, then disk, as bytes", StorageLevel.MEMORY_AND_DISK_SER(), logged));
        }
        all.add(Arguments.of("in memory, which the log makes room in", StorageLevel.MEMORY_ONLY(), true));
        all.add(Arguments.of("in memory, as bytes", StorageLevel.MEMORY_ONLY_SER(), true));
        return all;
    }

    private static List<String> records(int block) {
        return IntStream.range(0, RECORDS)
                .mapToObj(i -> block + "-" + i + RECORD)
                .toList();
    }

    @ParameterizedTest(name = "{0}, logged: {2}")
    @MethodSource("roomy")
    void shouldTakeManyTimesTheMemoryWhenTheLevelHasADisk(String what, StorageLevel level, boolean logged)
            throws Exception {
        ByHand<String> receiver = new ByHand<>(level);
        try (Program<String> program = new Program<>(receiver, logged ? directory : null, BUDGET, "1m").run(0)) {
            receiver.event();
            List<String> all = new ArrayList<>();
            for (int block = 0; block < 40; block++) {
                receiver.store(records(block));
                all.addAll(records(block));
            }
            long used =
                    ContextRuntime.of(program.ssc.millraceContext()).memory().used();
            assertThat(used).as("bytes of blocks in memory").isLessThanOrEqualTo(512 * 1024);
            assertThat(program.run(1).batches).containsExactly(all);
            assertThat(ContextRuntime.of(program.ssc.millraceContext()).memory().used())
                    .isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("inMemory")
    void shouldWaitForABatchWhenTheLevelHasMemoryAlone(StorageLevel level) throws Exception {
        ByHand<String> receiver = new ByHand<>(level);
        try (Program<String> program = new Program<>(receiver, null, BUDGET, "1m").run(0)) {
            receiver.event();
            int blocks = 40;
            FutureTask<Void> storing = new FutureTask<>(
                    () -> {
                        for (int block = 0; block < blocks; block++) {
                            receiver.store(records(block));
                        }
                    },
                    null);
            Thread thread = new Thread(storing);
            thread.start();
            StoreTest.awaitWaiting(thread);
            assertThat(storing.isDone()).isFalse();
            while (!storing.isDone()) {
                program.run(1);
            }
            storing.get(30, TimeUnit.SECONDS);
            program.run(1);
            assertThat(program.received()).hasSize(blocks * RECORDS);
            assertThat(program.batches)
                    .as("records of a batch")
                    .allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(4 * RECORDS));
            assertThat(ContextRuntime.of(program.ssc.millraceContext()).memory().used())
                    .isZero();
        }
    }

    static List<StorageLevel> inMemory() {
        return List.of(StorageLevel.MEMORY_ONLY(), StorageLevel.MEMORY_ONLY_SER());
    }

    /** A type that no program declares. */
    private record Undeclared(int number) {}

    @Test
    void shouldKeepObjectsOfAnyTypeWhenNothingIsLogged() throws Exception {
        ByHand<Undeclared> receiver = new ByHand<>(StorageLevel.MEMORY_ONLY());
        try (Program<Undeclared> program = new Program<>(receiver).run(0)) {
            receiver.event();
            receiver.store(new Undeclared(1));
            receiver.store(List.of(new Undeclared(2)));
            assertThat(program.run(1).received()).containsExactly(new Undeclared(1), new Undeclared(2));
        }
    }

    @Test
    void shouldGiveTheMemoryBackWhenTheProgramEnds() throws Exception {
        ByHand<String> receiver = new ByHand<>();
        Program<String> program = new Program<>(receiver, directory).run(0);
        receiver.event();
        receiver.store(records(1));
        receiver.store("open");
        assertThat(ContextRuntime.of(program.ssc.millraceContext()).memory().used())
                .isPositive();
        program.stopNow();
        assertThat(ContextRuntime.of(program.ssc.millraceContext()).memory().used())
                .isZero();
    }
}
