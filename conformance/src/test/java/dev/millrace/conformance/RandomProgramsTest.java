/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.testkit.random.EngineRunner;
import dev.millrace.testkit.random.RandomCheck;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Random programs give on Spark what the reference model gives, batch by batch. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RandomProgramsTest {
    private static final String MASTER = "spark:local[2]";
    private static final RandomCheck SPARK = RandomCheck.againstModel(EngineRunner.on(MASTER));

    /** Open for as long as the tests run: contexts share one SparkContext, and it ends with the last of them. */
    private MillraceContext shared;

    @BeforeAll
    void startSpark() {
        shared = new MillraceContext(new MillraceConf()
                .setMaster(MASTER)
                .set("spark.ui.enabled", "false")
                .setAppName("random programs"));
    }

    @AfterAll
    void stopSpark() {
        shared.close();
    }

    @Test
    void shouldGiveWhatTheModelGivesForSixtyPrograms() {
        check(0, 60);
    }

    @Test
    @Tag("full")
    void shouldGiveWhatTheModelGivesForTwoHundredPrograms() {
        check(60, 260);
    }

    @Test
    @Tag("long")
    void shouldGiveWhatTheModelGivesForTwoThousandPrograms() {
        check(1_000, 3_000);
    }

    private static void check(long from, long until) {
        for (long seed = from; seed < until; seed++) {
            SPARK.check(seed);
        }
    }
}
