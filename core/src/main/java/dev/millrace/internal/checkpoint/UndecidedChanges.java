/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

/**
 * Where in a journal the {@link JournalRecord.Changed} records of a batch stand that is not decided yet. Those of an attempt that
 * came to no decision are forgotten when others follow.
 */
final class UndecidedChanges {
    private long time;
    private long from;
    private int records;

    /**
     * Takes notice of a record.
     *
     * @param at where it stands
     * @return whether it can stand there: changes are complete, and in order
     */
    boolean isNext(JournalRecord record, long at) {
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

    /** Where the first of them stands. */
    long from() {
        return from;
    }

    int records() {
        return records;
    }
}
