/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.random.EngineRunner;
import dev.millrace.testkit.random.RandomCheck;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Random programs give on Spark what the reference model gives, batch by batch. */
@ExtendWith(SparkHeldOpen.class)
class RandomProgramsTest {
    private static final RandomCheck SPARK = RandomCheck.againstModel(EngineRunner.on(SparkHeldOpen.MASTER));

    /** The same programs stopped, killed and started again on the way, by their seed. */
    private final RandomCheck interrupted;

    RandomProgramsTest(@TempDir Path directory) {
        AtomicInteger runs = new AtomicInteger();
        interrupted = RandomCheck.againstModel(EngineRunner.with(() -> StreamTestDriver.setup()
                        .master(SparkHeldOpen.MASTER)
                        .set("millrace.streaming.checkpoint.snapshotBytes", "1k")
                        .checkpoint(directory.resolve("run-" + runs.getAndIncrement())))
                .interrupted());
    }

    @Test
    void shouldGiveWhatTheModelGivesForTwentyPrograms() {
        check(SPARK, 0, 20);
    }

    @Test
    void shouldGiveWhatTheModelGivesForFiveProgramsThatAreInterrupted() {
        check(interrupted, 40, 45);
    }

    @Test
    @Tag("full")
    void shouldGiveWhatTheModelGivesForTwoHundredPrograms() {
        check(SPARK, 60, 280);
    }

    @Test
    @Tag("full")
    void shouldGiveWhatTheModelGivesForFiftyProgramsThatAreInterrupted() {
        check(interrupted, 280, 330);
    }

    @Test
    @Tag("long")
    void shouldGiveWhatTheModelGivesForTwoThousandPrograms() {
        check(SPARK, 1_000, 3_000);
    }

    private static void check(RandomCheck check, long from, long until) {
        for (long seed = from; seed < until; seed++) {
            check.check(seed);
        }
    }
}
