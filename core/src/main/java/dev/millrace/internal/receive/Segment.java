/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.internal.log.EpochFile;
import java.util.HashMap;
import java.util.Map;

/** A file of the log, and what it holds. */
final class Segment {
    private final EpochFile file;
    private final Map<String, Long> lastSequences = new HashMap<>();

    Segment(EpochFile file) {
        this.file = file;
    }

    EpochFile file() {
        return file;
    }

    void add(BlockHeader block) {
        lastSequences.put(block.stream(), block.sequence());
    }

    boolean isEmpty() {
        return lastSequences.isEmpty();
    }

    /** Returns whether all blocks here come before the first of their stream that is needed. */
    boolean isRetired(Map<String, Long> firstNeeded) {
        return lastSequences.entrySet().stream()
                .allMatch(last -> last.getValue() < firstNeeded.getOrDefault(last.getKey(), Long.MIN_VALUE));
    }
}
