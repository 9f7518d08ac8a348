/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.wal;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A file of the log, and what it holds. */
final class Segment {
    static final String DIRECTORY = "wal";

    private final long number;
    private final Map<String, Long> lastSequences = new HashMap<>();

    Segment(long number) {
        this.number = number;
    }

    static String path(long number) {
        return DIRECTORY + "/" + String.format(Locale.ROOT, "%010d", number);
    }

    long number() {
        return number;
    }

    String path() {
        return path(number);
    }

    void add(BlockHeader block) {
        lastSequences.put(block.stream(), block.sequence());
    }

    boolean isEmpty() {
        return lastSequences.isEmpty();
    }

    /** Whether all blocks here come before the first of their stream that is needed. */
    boolean isRetired(Map<String, Long> firstNeeded) {
        return lastSequences.entrySet().stream()
                .allMatch(last -> last.getValue() < firstNeeded.getOrDefault(last.getKey(), Long.MIN_VALUE));
    }
}
