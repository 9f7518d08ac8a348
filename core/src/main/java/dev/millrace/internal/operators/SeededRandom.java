/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

/**
 * Random numbers that follow from a seed and a partition, the same in every process and on every JDK: SplitMix64 (Steele, Lea and
 * Flood). One thread.
 */
public final class SeededRandom {
    private static final long STEP = 0x9E3779B97F4A7C15L;
    private static final double LARGEST_MEAN = 16; // of which the exponential is not too small

    private long state;

    public SeededRandom(long seed, int partition) {
        state = mixed(seed) + mixed(STEP * (partition + 1L));
    }

    private static long mixed(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    public long nextLong() {
        state += STEP;
        return mixed(state);
    }

    /** Returns a number from 0 on that is below 1. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Returns a number from 0 on that is below {@code bound}, which is positive. */
    public long nextLong(long bound) {
        long bits = nextLong() >>> 1;
        long value = bits % bound;
        while (bits - value + (bound - 1) < 0) { // of the last range, which is not whole
            bits = nextLong() >>> 1;
            value = bits % bound;
        }
        return value;
    }

    /** A number of events of which there are {@code mean} on average (Poisson). */
    public int nextCount(double mean) {
        int count = 0;
        double rest = mean;
        while (rest > LARGEST_MEAN) {
            count += nextSmallCount(LARGEST_MEAN);
            rest -= LARGEST_MEAN;
        }
        return count + nextSmallCount(rest);
    }

    private int nextSmallCount(double mean) {
        double end = Math.exp(-mean);
        int count = 0;
        for (double product = nextDouble(); product > end; product *= nextDouble()) {
            count++;
        }
        return count;
    }
}
