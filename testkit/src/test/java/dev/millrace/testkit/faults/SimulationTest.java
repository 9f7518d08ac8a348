/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.batch.ProtocolMutation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many simulated lives of one program. {@code -Dmillrace.test.seed=N} runs one again. */
@Timeout(3600)
@ExtendWith(QuietLog.class)
class SimulationTest {
    private static final int SEEDS_TO_NOTICE = 30;
    private static final String SEED = "millrace.test.seed";

    private static void runSeeds(long from, long count) {
        Long only = Long.getLong(SEED);
        LongStream seeds = only == null ? LongStream.range(from, from + count) : LongStream.of(only);
        seeds.forEach(seed -> Simulation.run(seed, UnaryOperator.identity()));
    }

    @Test
    void shouldHoldTheInvariants() {
        runSeeds(0, 40);
    }

    @Test
    @Tag("full")
    void shouldHoldTheInvariantsInManyLives() {
        runSeeds(100, 1_000);
    }

    @Test
    @Tag("long")
    void shouldHoldTheInvariantsInVeryManyLives() {
        runSeeds(10_000, 50_000);
    }

    @Test
    void shouldLiveTheSameLifeWhenTheSeedIsTheSame() {
        for (long seed = 0; seed < 4; seed++) {
            List<String> first = Simulation.run(seed, UnaryOperator.identity());
            assertThat(Simulation.run(seed, UnaryOperator.identity())).isEqualTo(first);
        }
    }

    /** A test of this test: with a broken protocol it fails, and soon. */
    @ParameterizedTest
    @EnumSource
    void shouldNoticeABrokenProtocol(Mutation mutation) {
        List<String> found = new ArrayList<>();
        ProtocolMutation.install(mutation::over);
        try {
            for (long seed = 0; seed < SEEDS_TO_NOTICE && found.isEmpty(); seed++) {
                try {
                    Simulation.run(seed, mutation::over);
                } catch (AssertionError e) {
                    found.add(mutation + " at " + e.getMessage());
                }
            }
        } finally {
            ProtocolMutation.install(UnaryOperator.identity());
        }
        assertThat(found).as("%s within %s seeds", mutation, SEEDS_TO_NOTICE).isNotEmpty();
    }
}
