/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.util.Collections;
import java.util.Iterator;

/** The change that one attempt of a step would make to its table in one partition. The table is as it was until {@link #apply}. */
public interface StepChange {
    /** The table stays as it is, or has changed in place. */
    StepChange NONE = new StepChange() {
        @Override
        public Iterator<?> read() {
            return Collections.emptyIterator();
        }

        @Override
        public long size() {
            return 0;
        }

        @Override
        public void apply() {}
    };

    /** The records that the table will have. Any thread, until it is applied. */
    Iterator<?> read();

    /** Returns how many keys it changes. */
    long size();

    /** Changes the table: the batch has won. On a thread for which the batch thread waits; other partitions may be changed meanwhile. */
    void apply();
}
