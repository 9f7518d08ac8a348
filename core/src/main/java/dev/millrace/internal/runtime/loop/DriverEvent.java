/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.streaming.BatchTime;

/** The events that reach the driver loop from other threads. */
sealed interface DriverEvent {
    /** A batch is committed. */
    record BatchDone(BatchTime time) implements DriverEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.batchDone(this);
        }
    }

    /** A batch was rolled back because the context stops. */
    record BatchRolledBack(BatchTime time) implements DriverEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.batchRolledBack(this);
        }
    }

    /** A batch failed for good. */
    record BatchFailed(RuntimeException failure) implements DriverEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.batchFailed(this);
        }
    }

    /** Somebody wants the context to stop; what is planned may go on until the deadline. */
    record StopRequested(long deadlineNanos) implements DriverEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.stopRequested(this);
        }
    }

    /** No data comes in any more; what has come waits for a last batch. */
    record InputsStopped() implements DriverEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.inputsStopped(this);
        }
    }

    /** One method an event, so that the compiler finds a forgotten one. */
    interface Handler {
        void batchDone(BatchDone event);

        void batchRolledBack(BatchRolledBack event);

        void batchFailed(BatchFailed event);

        void stopRequested(StopRequested event);

        void inputsStopped(InputsStopped event);
    }

    /** Calls the one method of the handler that is for it. */
    void dispatch(Handler handler);
}
