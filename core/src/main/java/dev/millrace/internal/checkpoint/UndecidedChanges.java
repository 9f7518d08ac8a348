/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * Where in a journal the {@link JournalRecord.Changed} records of a batch stand that is not decided yet, and the
 * {@link JournalRecord.Change} records of a start. Those of an attempt that came to no decision are forgotten when others follow.
 */
final class UndecidedChanges {
    private long time;
    private long from;
    private int records;
    private long startFrom;
    private int ofStart;

    /**
     * Takes notice of a record.
     *
     * @param at where it stands
     * @return whether it can stand there: changes are complete, and in order
     */
    boolean isNext(JournalRecord record, long at) {
        if (record instanceof JournalRecord.Change) {
            startFrom = ofStart == 0 ? at : startFrom;
            ofStart++;
        }
        if (record instanceof JournalRecord.Changed changed) {
            if (changed.number() == 0) {
                time = changed.time();
                from = at;
                records = 0;
            }
            return isOf(changed.time()) && changed.number() == records++;
        }
        return !(record instanceof JournalRecord.Prepared prepared)
                || prepared.records() == 0
                || isOf(prepared.time()) && prepared.records() == records;
    }

    private boolean isOf(long batch) {
        return from > 0 && time == batch;
    }

    /** Why a record cannot stand there. */
    String missing(JournalRecord record) {
        return record instanceof JournalRecord.Prepared prepared
                ? "batch " + prepared.time() + " ms was decided with " + prepared.records()
                        + " records of changes, and " + (isOf(prepared.time()) ? records : 0) + " stand before it"
                : "a record of changes stands at another place than it was written";
    }

    /**
     * What a record decides of those before it.
     *
     * @return null if it decides nothing, or says itself all that changes
     */
    @Nullable
    Decided decidedBy(JournalRecord record) {
        if (record instanceof JournalRecord.Prepared prepared && prepared.records() > 0) {
            return new Decided(JournalRecord.Changed.class, from, records);
        }
        return record instanceof JournalRecord.Change change && change.last()
                ? new Decided(JournalRecord.Change.class, startFrom, ofStart)
                : null;
    }

    /** Returns whether a record counts only when a later one is there. */
    static boolean isUndecided(JournalRecord record) {
        return record instanceof JournalRecord.Changed || record instanceof JournalRecord.Change;
    }

    /**
     * Records that count now.
     *
     * @param kind of which they are; others may stand between
     * @param from where the first of them stands
     */
    record Decided(Class<? extends JournalRecord> kind, long from, int records) {}
}
