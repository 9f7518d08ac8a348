/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.event;

import dev.millrace.streaming.BatchTime;

/**
 * Hears what happens. Called on the driver loop, the batch thread and the threads of receivers, in order for each: return
 * soon, do not stop the context here. What a listener throws is logged and otherwise ignored.
 */
public interface StreamingListener {
    /** The context became active; the first batch comes one interval after {@code zero}. */
    default void onStreamingStarted(BatchTime zero) {}

    /** A receiver begins, for the first time or again. */
    default void onReceiverStarted(ReceiverInfo receiver) {}

    /** A receiver reports a problem, or restarts because of one. */
    default void onReceiverError(ReceiverInfo receiver) {}

    /** A receiver has ended for good. */
    default void onReceiverStopped(ReceiverInfo receiver) {}

    /** A batch took its input and waits. */
    default void onBatchSubmitted(BatchInfo batch) {}

    default void onBatchStarted(BatchInfo batch) {}

    /** A batch was committed, or failed for good. */
    default void onBatchCompleted(BatchInfo batch) {}

    default void onOutputOperationStarted(OutputOperationInfo output) {}

    default void onOutputOperationCompleted(OutputOperationInfo output) {}
}
