/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.internal.changes.StepChanges;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * The table of a step in one partition, which it keeps from batch to batch. It is changed between batches, by one thread; tasks read it, and any
 * thread may spill it.
 */
public interface StepTable extends AutoCloseable {
    /** The table of a step that holds nothing. */
    StepTable NONE = new StepTable() {};

    /** The records of the table, as a program sees them. */
    default Iterator<?> read() {
        return Collections.emptyIterator();
    }

    /** About how many records it has. */
    default long size() {
        return 0;
    }

    /** The batch that ran last never was. */
    default void rolledBack() {}

    /** Gives on all of it in blocks that {@link #load} reads; nothing if it would be made anew. */
    default void writeTo(StepChanges.Sink sink) throws IOException {}

    /** Fills it, when it is empty, with what another one has written. */
    default void load(List<byte[]> blocks) {}

    /** It was restored, and is completed before anybody uses it: on any thread, beside other tables of its step. */
    default void restored() {}

    /** Goes to disk if that is possible now, and tells how many bytes that freed. */
    default long spill() {
        return 0;
    }

    /** The time of the batch that needed it last, in milliseconds. */
    default long lastUse() {
        return Long.MAX_VALUE;
    }

    @Override
    default void close() {}
}
