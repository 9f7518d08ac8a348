/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

/** Spreads keys over equal shares by the high bits of their hash: the low ones have chosen the partition. */
final class Spread {
    private static final int MIX = 0x9E3779B9;

    private Spread() {}

    /** The share of a key, from 0 to {@code shares - 1}; of several numbers of shares the lower shares have the same keys. */
    static int of(int hash, int shares) {
        long spread = (hash * MIX) & 0xFFFFFFFFL;
        return (int) (spread * shares >>> 32);
    }
}
