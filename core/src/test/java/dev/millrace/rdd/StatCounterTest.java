/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StatCounterTest {
    @Test
    void shouldMergePartsToWhatTheWholeIs() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Double> numbers =
                random.doubles(1_000).map(n -> 1e9 + n).boxed().toList(); // where sums of squares lose everything
        StatCounter whole = new StatCounter(numbers);
        StatCounter merged = new StatCounter();
        for (int from = 0; from < 1_000; ) {
            int until = Math.min(1_000, from + random.nextInt(100));
            merged.merge(new StatCounter(numbers.subList(from, until)));
            from = until;
        }
        assertThat(merged.count()).isEqualTo(1_000);
        assertThat(merged.mean()).as("seed %d", seed).isCloseTo(whole.mean(), within(1e-4));
        assertThat(merged.variance()).as("seed %d", seed).isCloseTo(1 / 12.0, within(0.01));
        assertThat(merged.variance()).as("seed %d", seed).isCloseTo(whole.variance(), within(1e-5));
        assertThat(merged.max()).isEqualTo(whole.max());
        assertThat(merged.copy().merge(2e9).max()).isEqualTo(2e9);
    }

    @Test
    void shouldSayOfNoNumbersWhatCanBeSaid() {
        StatCounter none = new StatCounter();
        assertThat(none).hasToString("(count: 0, mean: NaN, stdev: NaN, max: -Infinity, min: Infinity)");
        assertThat(none.sampleVariance()).isNaN();
        assertThat(none.sum()).isZero();
        assertThat(none.merge(none.copy()).count()).isZero();
    }
}
