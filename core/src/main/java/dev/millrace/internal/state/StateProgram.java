/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.lineage.RecordGuard;
import dev.millrace.streaming.BatchTime;
import java.io.Serializable;
import java.util.function.Consumer;

/** The function of a keyed state: it takes the records of one batch into one partition. */
public interface StateProgram<K, V, S> extends Serializable {
    /**
     * Reads {@code base} and the batch's pairs; writes what differs to {@code overlay} and
     * what the batch's mapped stream is to have to {@code mapped}. An attempt that fails is forgotten together with both.
     */
    void run(
            BatchTime time,
            StateBase<K, S> base,
            StateInput<K, V> input,
            Overlay<K, S> overlay,
            Consumer<Object> mapped)
            throws Exception;

    /** The time, in milliseconds, before which no key that is left when the batch has ended was last touched. */
    default long idleBefore(BatchTime time) {
        return Long.MIN_VALUE;
    }

    /** Returns whether it calls the program's function with one record at a time. */
    default boolean isPerRecord() {
        return false;
    }

    /** Returns a program that puts aside the records which the function cannot take; for programs that call it once a record. */
    default StateProgram<K, V, S> guarded(RecordGuard guard) {
        throw new UnsupportedOperationException();
    }

    /** Returns whether it reads all entries in each batch. */
    default boolean readsAll() {
        return false;
    }

    /** Returns whether it is kept when each key was last touched. */
    default boolean isTimed() {
        return false;
    }

    /** The time at which the keys that it changes count as touched. */
    default BatchTime touched(BatchTime time) {
        return time;
    }
}
