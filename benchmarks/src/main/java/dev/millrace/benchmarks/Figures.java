/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import java.util.Arrays;

/** Times of the same work, in milliseconds. */
public final class Figures {
    private double[] millis = new double[16];
    private int count;

    public void add(long nanos) {
        if (count == millis.length) {
            millis = Arrays.copyOf(millis, count * 2);
        }
        millis[count++] = nanos / 1e6;
    }

    public double median() {
        return at(0.5);
    }

    /** The time that no more than this share of all exceed, or NaN if there are none. */
    public double at(double share) {
        if (count == 0) {
            return Double.NaN;
        }
        double[] sorted = Arrays.copyOf(millis, count);
        Arrays.sort(sorted);
        return sorted[Math.min(count - 1, (int) Math.ceil(share * count) - 1)];
    }
}
