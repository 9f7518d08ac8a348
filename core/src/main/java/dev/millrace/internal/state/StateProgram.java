/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.RecordGuard;
import dev.millrace.streaming.BatchTime;
import java.io.Serializable;
import java.util.Iterator;
import java.util.function.Consumer;

/** The function of a keyed state: it takes the records of one batch into one partition. */
public interface StateProgram<K, V, S> extends Serializable {
    /**
     * Reads {@code base}, which it must not change, and the batch's pairs; writes what differs to {@code overlay} and
     * what the batch's mapped stream is to have to {@code mapped}. An attempt that fails is forgotten together with both.
     */
    void run(
            BatchTime time,
            StateTable<K, S> base,
            Iterator<Tuple2<K, V>> input,
            Overlay<K, S> overlay,
            Consumer<Object> mapped)
            throws Exception;

    /**
     * Returns whether a batch that brings a partition nothing leaves it as it is, so that it need not be looked at.
     *
     * @param oldestTouch no key of the partition was touched before; {@link Long#MAX_VALUE} if that is not kept
     */
    default boolean isIdle(BatchTime time, long oldestTouch) {
        return false;
    }

    /** Returns whether it calls the program's function with one record at a time. */
    default boolean isPerRecord() {
        return false;
    }

    /** The same, putting aside the records that the function cannot take; for programs that call it once a record. */
    default StateProgram<K, V, S> guarded(RecordGuard guard) {
        throw new UnsupportedOperationException();
    }

    /** Returns whether it is kept when each key was last touched. */
    default boolean isTimed() {
        return false;
    }

    /** When the keys that it changes count as touched. */
    default BatchTime touched(BatchTime time) {
        return time;
    }
}
