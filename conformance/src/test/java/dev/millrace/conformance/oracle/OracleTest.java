/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.random.EngineRunner;
import dev.millrace.testkit.random.Operation;
import dev.millrace.testkit.random.ProgramGenerator;
import dev.millrace.testkit.random.RandomCheck;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random programs give, batch by batch, what they give on real Spark Streaming; in order, where that has one. */
class OracleTest {
    @TempDir
    private static Path directory;

    private static SparkStreaming original;

    @BeforeAll
    static void open() {
        original = new SparkStreaming(directory);
    }

    @AfterAll
    static void close() {
        original.close();
    }

    @Test
    @Tag("full")
    void shouldGiveWhatSparkStreamingGivesForTwoHundredPrograms() {
        check("local[2]", 60, 260);
    }

    @Test
    @Tag("full")
    void shouldHaveEveryOperationInTwoHundredPrograms() {
        Set<Operation> used = EnumSet.noneOf(Operation.class);
        for (long seed = 60; seed < 260; seed++) {
            ProgramGenerator.generate(seed).steps().forEach(step -> used.add(step.operation()));
        }
        assertThat(used).containsExactly(Operation.values());
    }

    @Test
    @Tag("full")
    void shouldGiveWhatSparkStreamingGivesOnTheSparkEngine() {
        check("spark:local[2]", 60, 70);
    }

    @Test
    @Tag("long")
    void shouldGiveWhatSparkStreamingGivesForFiveThousandPrograms() {
        int programs = Integer.getInteger("millrace.random.programs", 5_000);
        for (long seed = 1_000; seed < 1_000 + programs; seed += 100) {
            check("local[2]", seed, Math.min(seed + 100, 1_000 + programs));
            System.out.println("programs on Spark Streaming up to seed " + (seed + 100));
        }
    }

    private static void check(String master, long from, long until) {
        RandomCheck check = new RandomCheck(original, EngineRunner.on(master), false);
        for (long seed = from; seed < until; seed++) {
            check.check(seed);
        }
    }
}
