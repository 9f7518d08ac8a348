/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.BatchTime;
import dev.millrace.testkit.CrashSite;
import dev.millrace.testkit.NoLeaks;
import dev.millrace.testkit.SimulatedCrash;
import dev.millrace.testkit.StreamTestDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NoLeaks.class)
class CrashesOfWordCountTest {
    static List<CrashSite> everyPlace() {
        return CrashSite.all(1);
    }

    @ParameterizedTest
    @MethodSource("everyPlace")
    void shouldGoOnWhereverItCrashes(CrashSite place, @TempDir Path directory) throws IOException {
        try (StreamTestDriver driver = StreamTestDriver.setup()
                .checkpoint(directory.resolve("checkpoint"))
                .run(ssc -> StatefulWordCount.build(
                        ssc,
                        "unused",
                        directory.resolve("out").toString(),
                        directory.resolve("checkpoint").toString()))) {
            driver.input("lines").partitions(1).batch("to be").batch("to see");
            driver.crashAt(place);
            try {
                driver.advanceBatches(2);
            } catch (SimulatedCrash crash) {
                driver.restart();
                long done = driver.context()
                                .lastBatchTime()
                                .map(BatchTime::milliseconds)
                                .orElse(0L)
                        / 1000;
                driver.advanceBatches(2 - (int) done);
            }
        }
        try (Stream<Path> parts = Files.list(directory.resolve("out/batch-2000"))) {
            assertThat(parts).flatExtracting(Files::readAllLines).containsExactlyInAnyOrder("to\t2", "be\t1", "see\t1");
        }
    }
}
