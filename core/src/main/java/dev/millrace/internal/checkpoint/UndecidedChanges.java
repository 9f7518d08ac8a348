/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.log.EpochFile;
import org.jspecify.annotations.Nullable;

/**
 * The places in the journals of the {@link JournalRecord.Changed} records of a batch that is not decided yet, and of the
 * {@link JournalRecord.StartChange} records of a start. Those of an attempt that came to no decision are forgotten when others
 * follow, or when a program begins anew.
 */
final class UndecidedChanges {
    private @Nullable Place ofBatch;
    private @Nullable Place ofStart;
    private long time;
    private int records; // of the batch
    private int changes; // of the start

    /** The place of the first of them. */
    private record Place(EpochFile segment, long at) {}

    /**
     * Takes notice of a record.
     *
     * @param segment in which it stands
     * @param at where it stands there
     * @return whether it can stand there: changes are complete, and in order
     */
    boolean isNext(JournalRecord record, EpochFile segment, long at) {
        if (record instanceof JournalRecord.Start) {
            ofBatch = null;
            ofStart = null;
        } else if (record instanceof JournalRecord.StartChange) {
            changes = ofStart == null ? 1 : changes + 1;
            ofStart = ofStart == null ? new Place(segment, at) : ofStart;
        } else if (record instanceof JournalRecord.Changed changed) {
            if (changed.number() == 0) {
                time = changed.time();
                ofBatch = new Place(segment, at);
                records = 0;
            }
            return isOf(changed.time()) && changed.number() == records++;
        } else if (record instanceof JournalRecord.Decided decided && decided.records() > 0) {
            return isOf(decided.time()) && decided.records() == records;
        } else if (record instanceof JournalRecord.StartDecided start) {
            return ofStart != null && start.records() == changes;
        }
        return true;
    }

    private boolean isOf(long batch) {
        return ofBatch != null && time == batch;
    }

    /** The reason why a record cannot stand there. */
    String missing(JournalRecord record) {
        if (record instanceof JournalRecord.StartDecided start) {
            return "a start was decided with " + start.records() + " records of changes, and "
                    + (ofStart == null ? 0 : changes) + " stand before it";
        }
        return record instanceof JournalRecord.Decided decided
                ? "batch " + decided.time() + " ms was decided with " + decided.records() + " records of changes, and "
                        + (isOf(decided.time()) ? records : 0) + " stand before it"
                : "a record of changes stands at another place than it was written";
    }

    /**
     * Returns which records before it a record decides.
     *
     * @return null if it decides nothing, or says itself all that changes
     */
    @Nullable
    Decided decidedBy(JournalRecord record) {
        if (record instanceof JournalRecord.Decided decided && decided.records() > 0) {
            return decided(JournalRecord.Changed.class, ofBatch);
        }
        return record instanceof JournalRecord.StartDecided ? decided(JournalRecord.StartChange.class, ofStart) : null;
    }

    private static @Nullable Decided decided(Class<? extends JournalRecord> kind, @Nullable Place from) {
        return from == null ? null : new Decided(kind, from.segment(), from.at());
    }

    /** Returns whether a record counts only when a later one is there. */
    static boolean isUndecided(JournalRecord record) {
        return record instanceof JournalRecord.Changed || record instanceof JournalRecord.StartChange;
    }

    /**
     * Records that count now, before the one that decides.
     *
     * @param kind of which they are; others may stand between
     * @param segment in which the first of them stands
     * @param from where it stands there
     */
    record Decided(Class<? extends JournalRecord> kind, EpochFile segment, long from) {}
}
