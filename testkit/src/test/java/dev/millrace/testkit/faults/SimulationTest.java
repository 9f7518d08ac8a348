/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many simulated lives of one program. {@code -Dmillrace.test.seed=N} runs one again. */
@Timeout(3600)
@ExtendWith(QuietLog.class)
class SimulationTest {
    private static final String SEED = "millrace.test.seed";

    private static void runSeeds(long from, long count) {
        Long only = Long.getLong(SEED);
        LongStream seeds = only == null ? LongStream.range(from, from + count) : LongStream.of(only);
        seeds.forEach(seed -> Simulation.run(seed, UnaryOperator.identity()));
    }

    @Test
    void shouldHoldTheInvariants() {
        runSeeds(0, 100);
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
        for (long seed = 0; seed < 10; seed++) {
            List<String> first = Simulation.run(seed, UnaryOperator.identity());
            assertThat(Simulation.run(seed, UnaryOperator.identity())).isEqualTo(first);
        }
    }
}
