/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.event;

import dev.millrace.streaming.BatchTime;

/**
 * Hears what happens, on a thread of its own, in the order in which it happened and soon after. A listener that is slow delays nobody
 * but the other listeners of its context: up to 10,000 events wait, and what comes then is dropped, counted and warned of. In virtual
 * time nothing is dropped, and events are heard before {@code runBatches} returns. A context that ends has its listeners hear the rest
 * until the deadline of its stop, but at least for a second and at most for ten. What a listener throws is logged and otherwise
 * ignored. It cannot stop its context itself, which would wait for it: have another thread do that.
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

    /** A batch begins to be computed; its scheduling delay is known. */
    default void onBatchStarted(BatchInfo batch) {}

    /** A batch was committed, or failed for good; one that was rolled back because the context stops is not told. */
    default void onBatchCompleted(BatchInfo batch) {}

    /** An output operation begins; its duration is zero. */
    default void onOutputOperationStarted(OutputOperationInfo output) {}

    /** An output operation has ended, well or with a failure. */
    default void onOutputOperationCompleted(OutputOperationInfo output) {}
}
