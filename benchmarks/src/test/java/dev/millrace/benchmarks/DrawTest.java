/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DrawTest {
    private static final int KEYS = 1000;
    private static final int DRAWN = 200_000;

    private static long[] counts(Draw draw) {
        SplittableRandom random = new SplittableRandom(1);
        long[] counts = new long[KEYS];
        for (int i = 0; i < DRAWN; i++) {
            counts[(int) draw.next(random, KEYS)]++;
        }
        Arrays.sort(counts);
        return counts;
    }

    @Test
    void shouldDrawEachKeyAboutAsOftenWhenUniform() {
        long[] counts = counts(Draw.UNIFORM);
        assertThat(counts[0]).isGreaterThan(DRAWN / KEYS / 2);
        assertThat(counts[KEYS - 1]).isLessThan(DRAWN / KEYS * 2);
    }

    @Test
    void shouldDrawTheFirstRankAboutTenTimesAsOftenAsTheTenthWhenZipf() {
        long[] counts = counts(Draw.ZIPF);
        assertThat(counts[KEYS - 1] / (double) counts[KEYS - 10]).isBetween(7.0, 11.0);
        assertThat(counts[0]).isPositive();
    }
}
