/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples.data;

/**
 * Ranks from 0 to n - 1, rank k with a probability in proportion to 1 / (k + 1): the distribution of words in texts.
 * Walker's alias method: one random number and one array read a rank, whatever n. Not thread safe.
 */
final class Zipf {
    private static final long WHOLE = 0xFFFFFFFFL;

    private final long[] columns; // the chance that the column's own rank is taken, of 2^32, and the rank taken else
    private long state;

    Zipf(int ranks, long seed) {
        double[] keep = new double[ranks];
        int[] other = new int[ranks];
        double sum = 0;
        for (int k = 0; k < ranks; k++) {
            sum += 1.0 / (k + 1);
        }
        int[] small = new int[ranks];
        int[] large = new int[ranks];
        int smalls = 0;
        int larges = 0;
        for (int k = 0; k < ranks; k++) {
            keep[k] = ranks / (sum * (k + 1));
            other[k] = k;
            if (keep[k] < 1) {
                small[smalls++] = k;
            } else {
                large[larges++] = k;
            }
        }
        while (smalls > 0 && larges > 0) {
            int poor = small[--smalls];
            int rich = large[larges - 1];
            other[poor] = rich;
            keep[rich] -= 1 - keep[poor];
            if (keep[rich] < 1) {
                larges--;
                small[smalls++] = rich;
            }
        }
        columns = new long[ranks];
        for (int k = 0; k < ranks; k++) {
            columns[k] = Math.min(WHOLE, (long) (keep[k] * 0x1p32)) << 32 | other[k];
        }
        state = seed;
    }

    int next() {
        long random = random();
        int own = (int) (((random >>> 32) * columns.length) >>> 32);
        long column = columns[own];
        return (random & WHOLE) < column >>> 32 ? own : (int) column;
    }

    /** SplitMix64. */
    private long random() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
