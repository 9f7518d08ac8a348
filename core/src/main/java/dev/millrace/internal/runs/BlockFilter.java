/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

/**
 * Tells of most positions that a block does not have them, that the block need not be read: a Bloom filter, of some ten bits an
 * entry, so that about one in a hundred is read in vain.
 */
final class BlockFilter {
    private static final int BITS = 10; // an entry
    private static final int HASHES = 7;

    private BlockFilter() {}

    /** The words of the filter of the first {@code count} positions. */
    static long[] of(long[] positions, int count) {
        long[] words = new long[(count * BITS + Long.SIZE - 1) / Long.SIZE];
        for (int i = 0; i < count; i++) {
            long hash = RunOrder.spread(positions[i]);
            int mixed = (int) hash;
            for (int n = 0; n < HASHES; n++) {
                int bit = bit(mixed, words.length);
                words[bit >>> 6] |= 1L << bit;
                mixed += step(hash);
            }
        }
        return words;
    }

    /** Returns whether the block with the filter in these words may have a position. */
    static boolean mayHave(long[] words, int from, int to, long position) {
        long hash = RunOrder.spread(position);
        int mixed = (int) hash;
        for (int n = 0; n < HASHES; n++) {
            int bit = bit(mixed, to - from);
            if ((words[from + (bit >>> 6)] & 1L << bit) == 0) {
                return false;
            }
            mixed += step(hash);
        }
        return true;
    }

    private static int step(long hash) {
        return (int) (hash >>> Integer.SIZE) | 1;
    }

    private static int bit(int mixed, int words) {
        return (int) ((mixed & 0xFFFFFFFFL) * (words * (long) Long.SIZE) >>> Integer.SIZE);
    }
}
