/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.internal.lineage.Door;
import dev.millrace.streaming.receiver.Receiver;

/** Leads to the methods of a receiver that are not for its users. */
public interface ReceiverAccess {
    Door<ReceiverAccess> DOOR = new Door<>(Receiver.class);

    static ReceiverAccess receivers() {
        return DOOR.accessor();
    }

    <T> void attach(Receiver<T> receiver, RunningReceiver<T> control);

    <T> RunningReceiver<T> control(Receiver<T> receiver);

    /** Runs it; false at once if it has no run method of its own. */
    boolean run(Receiver<?> receiver) throws Exception;

    void durable(Receiver<?> receiver, Object position);
}
