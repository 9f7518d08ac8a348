/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples.data;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Random;

/** Made-up words by rank: syllables of two letters, so that the frequent words are the short ones; all different. */
final class Vocabulary {
    /** So many words have at most three syllables, and fit with their space into seven bytes. */
    static final int MOST = 1_000_000;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final String CONSONANTS = "bcdfghjklmnpqrstvwxz";
    private static final String VOWELS = "aeiou";
    private static final int SYLLABLES = CONSONANTS.length() * VOWELS.length();

    private final long[] words; // the bytes with a space after them, the first lowest; in the highest byte how many

    Vocabulary(int size, long seed) {
        int[] syllables =
                new Random(seed).ints(0, SYLLABLES).distinct().limit(SYLLABLES).toArray();
        words = new long[size];
        for (int rank = 0; rank < size; rank++) {
            long letters = 0;
            int bits = 0;
            for (int rest = rank; rest >= 0; rest = rest / SYLLABLES - 1) {
                int syllable = syllables[rest % SYLLABLES];
                letters |= (long) CONSONANTS.charAt(syllable / VOWELS.length()) << bits;
                letters |= (long) VOWELS.charAt(syllable % VOWELS.length()) << (bits + 8);
                bits += 16;
            }
            words[rank] = letters | (long) ' ' << bits | (bits / 8 + 1L) << 56;
        }
    }

    /** Writes a word and a space, and rubbish up to eight bytes; returns where the word and space end. */
    int write(int rank, byte[] target, int at) {
        long word = words[rank];
        LONG.set(target, at, word);
        return at + (int) (word >>> 56);
    }
}
