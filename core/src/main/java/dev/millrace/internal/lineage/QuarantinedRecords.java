/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.spi.QuarantinedRecord;
import java.io.Serializable;
import java.util.function.Consumer;

/**
 * The records that one attempt at a task has put aside, in the order in which it met them. They may not fit into
 * memory, so they are read one after the other, as often as one likes until this is closed. For one thread at a time.
 */
public interface QuarantinedRecords extends Serializable, AutoCloseable {
    /** The records of an attempt that put nothing aside. */
    QuarantinedRecords NONE = new Nothing();

    /** Returns whether nothing was put aside. */
    boolean isEmpty();

    /** Gives each record, in order. */
    void forEach(Consumer<? super QuarantinedRecord> each);

    /** Lets go of what they hold; they must not be read afterwards. */
    @Override
    void close();

    /** No records. */
    record Nothing() implements QuarantinedRecords {
        @Override
        public boolean isEmpty() {
            return true;
        }

        @Override
        public void forEach(Consumer<? super QuarantinedRecord> each) {}

        @Override
        public void close() {}
    }
}
