/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples.data;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/** Made-up words by rank: syllables of two letters, so that the frequent words are the short ones; all different. */
final class Vocabulary {
    private static final String CONSONANTS = "bcdfghjklmnpqrstvwxz";
    private static final String VOWELS = "aeiou";
    private static final int SYLLABLES = CONSONANTS.length() * VOWELS.length();

    private final byte[] bytes; // each word with a space after it
    private final int[] starts;

    Vocabulary(int words, long seed) {
        int[] syllables =
                new Random(seed).ints(0, SYLLABLES).distinct().limit(SYLLABLES).toArray();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        starts = new int[words + 1];
        for (int rank = 0; rank < words; rank++) {
            for (int rest = rank; rest >= 0; rest = rest / SYLLABLES - 1) {
                int syllable = syllables[rest % SYLLABLES];
                text.write(CONSONANTS.charAt(syllable / VOWELS.length()));
                text.write(VOWELS.charAt(syllable % VOWELS.length()));
            }
            text.write(' ');
            starts[rank + 1] = text.size();
        }
        bytes = text.toByteArray();
    }

    /** Writes a word and a space; returns where they end. */
    int write(int rank, byte[] target, int at) {
        int start = starts[rank];
        int end = starts[rank + 1];
        int to = at;
        for (int i = start; i < end; i++) { // a few bytes: faster than arraycopy
            target[to++] = bytes[i];
        }
        return to;
    }
}
