/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.event;

import dev.millrace.streaming.BatchTime;

/**
 * Hears what happens, in order. Called on the driver loop and the batch thread: return soon, do not stop the context
 * here. What a listener throws is logged and otherwise ignored.
 */
public interface StreamingListener {
    /** The context became active; the first batch comes one interval after {@code zero}. */
    default void onStreamingStarted(BatchTime zero) {}

    /** A batch took its input and waits. */
    default void onBatchSubmitted(BatchInfo batch) {}

    default void onBatchStarted(BatchInfo batch) {}

    /** A batch was committed, or failed for good. */
    default void onBatchCompleted(BatchInfo batch) {}

    default void onOutputOperationCompleted(OutputOperationInfo output) {}
}
