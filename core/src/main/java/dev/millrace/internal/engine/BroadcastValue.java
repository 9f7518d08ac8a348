/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.Door;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.rdd.Broadcast;
import java.io.Serializable;

/**
 * The value of a broadcast as an engine holds it. It goes along with the functions that use it, and takes no more of the value along than
 * tasks elsewhere need to find it.
 */
public interface BroadcastValue<T> extends Serializable {
    /** The value, from wherever this process has it nearest. */
    T get();

    /** Copies that tasks elsewhere hold are no longer needed; they are sent again when they are. */
    void unpersist(boolean blocking);

    /** The value is not read any more. */
    void destroy(boolean blocking);

    /** Makes what programs hold of a value. */
    interface Maker {
        Door<Maker> DOOR = new Door<>(Broadcast.class);

        /** @param made where the program asked for it */
        <T> Broadcast<T> broadcast(BroadcastValue<T> value, Operator made);
    }

    /** A value in the process whose tasks read it. */
    record Here<T>(T get) implements BroadcastValue<T> {
        @Override
        public void unpersist(boolean blocking) {
            // there are no copies
        }

        @Override
        public void destroy(boolean blocking) {
            // the broadcast forgets it
        }
    }
}
