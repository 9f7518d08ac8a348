/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.streaming.BatchTime;

/** What reaches the driver loop from other threads. */
sealed interface DriverEvent {
    /** A batch is committed. */
    record BatchDone(BatchTime time) implements DriverEvent {}

    /** A batch was rolled back because the context stops. */
    record BatchRolledBack(BatchTime time) implements DriverEvent {}

    /** A batch failed for good. */
    record BatchFailed(RuntimeException failure) implements DriverEvent {}

    /** Somebody wants the context to stop; what is planned may go on until the deadline. */
    record StopRequested(long deadlineNanos) implements DriverEvent {}

    /** No data comes in any more; what has come waits for a last batch. */
    record InputsStopped() implements DriverEvent {}

    /** What is done with each: one method an event, so that the compiler finds a forgotten one. */
    interface Handler {
        void batchDone(BatchDone event);

        void batchRolledBack(BatchRolledBack event);

        void batchFailed(BatchFailed event);

        void stopRequested(StopRequested event);

        void inputsStopped(InputsStopped event);
    }

    default void dispatch(Handler handler) {
        if (this instanceof BatchDone event) {
            handler.batchDone(event);
        } else if (this instanceof BatchRolledBack event) {
            handler.batchRolledBack(event);
        } else if (this instanceof BatchFailed event) {
            handler.batchFailed(event);
        } else if (this instanceof StopRequested event) {
            handler.stopRequested(event);
        } else if (this instanceof InputsStopped event) {
            handler.inputsStopped(event);
        }
    }
}
