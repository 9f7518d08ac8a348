/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** Counts numbers by ranges. */
final class Histogram {
    private Histogram() {}

    static double[] ends(StatCounter stats, int buckets) {
        if (buckets < 1) {
            throw new IllegalArgumentException("a histogram of " + buckets + " ranges; there must be at least 1");
        }
        double min = stats.min();
        double max = stats.max();
        if (stats.count() == 0 || Double.isNaN(min) || Double.isInfinite(max - min)) {
            throw new IllegalArgumentException(
                    stats.count() == 0
                            ? "a histogram of no numbers has no ranges; ask isEmpty() before, or give the ends of the ranges"
                            : "a histogram of numbers from " + min + " to " + max
                                    + " has no ranges; filter out what is infinite or NaN, or give the ends of the ranges");
        }
        if (min == max) {
            return new double[] {min, max};
        }
        double[] ends = new double[buckets + 1];
        Arrays.setAll(ends, i -> i == buckets ? max : min + i * (max - min) / buckets);
        return ends;
    }

    static void check(double[] ends) {
        boolean ascending = ends.length > 1;
        for (int i = 1; i < ends.length; i++) {
            ascending &= ends[i - 1] <= ends[i]; // not if one is NaN
        }
        if (!ascending) {
            throw new IllegalArgumentException("a histogram with the ends " + Arrays.toString(ends)
                    + "; there must be at least two, in ascending order");
        }
    }

    static List<Long> counts(Iterator<Double> numbers, double[] ends) {
        long[] counts = new long[ends.length - 1];
        numbers.forEachRemaining(number -> {
            int range = range(number, ends);
            if (range >= 0) {
                counts[range]++;
            }
        });
        return Arrays.stream(counts).boxed().toList();
    }

    private static int range(double number, double[] ends) {
        int last = ends.length - 1;
        if (!(ends[0] <= number && number <= ends[last])) {
            return -1;
        }
        if (number == ends[last]) {
            return last - 1;
        }
        int from = 0; // the last end that is not above the number
        int until = last;
        while (until - from > 1) {
            int middle = (from + until) >>> 1;
            if (ends[middle] <= number) {
                from = middle;
            } else {
                until = middle;
            }
        }
        return from;
    }
}
