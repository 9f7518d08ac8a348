/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known word that may be meant by another one. */
public final class Nearest {
    private Nearest() {}

    /** The nearest of all, however far; empty if none is known. */
    static Optional<String> of(String given, Collection<String> known) {
        return known.stream().min(Comparator.comparingInt(candidate -> distance(candidate, given)));
    }

    /** The nearest, if it differs by a few letters only: at most two, and a third of a long word. */
    public static Optional<String> to(String given, Collection<String> known) {
        return of(given, known).filter(nearest -> distance(nearest, given) <= Math.max(2, given.length() / 3));
    }

    /** The edit distance of Levenshtein. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
