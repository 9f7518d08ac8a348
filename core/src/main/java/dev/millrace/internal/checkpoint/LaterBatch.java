/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.log.CheckpointIdentity;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A batch behind the one that is gone back to, with what had become of it. */
final class LaterBatch {
    private static final long NOBODY = Long.MAX_VALUE;

    private long decidedFirst = NOBODY;
    private @Nullable CheckpointIdentity skippedBy;
    private final Set<String> staged = new TreeSet<>();
    private final Set<String> done = new TreeSet<>();

    void decided(JournalRecord.Decided decision) {
        if (!decision.by().equals(skippedBy)) { // a journal repeats a skip as a decision
            decidedFirst = Math.min(decidedFirst, decision.by().epoch());
            staged.addAll(decision.staged().keySet());
        }
    }

    void skipped(JournalRecord.Skip skip) {
        skippedBy = skip.by();
    }

    /** An output without exactly-once delivery has run. */
    void done(String output) {
        done.add(output);
    }

    /** Returns whether a program of this epoch may publish it: it publishes its own decisions, and those that its start found. */
    boolean isPublishedBy(long epoch) {
        return decidedFirst <= epoch;
    }

    /** The outputs that can take back what they have got of it. */
    Set<String> staged() {
        return staged;
    }

    /**
     * The outputs that have got it and cannot take it back.
     *
     * @param planned all outputs of the batch
     */
    Set<String> told(Iterable<String> planned) {
        Set<String> told = new TreeSet<>(done);
        if (decidedFirst < NOBODY) {
            planned.forEach(told::add);
        }
        told.removeAll(staged);
        return told;
    }
}
