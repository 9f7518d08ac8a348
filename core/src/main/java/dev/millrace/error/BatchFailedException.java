/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.error;

import org.jspecify.annotations.Nullable;

/**
 * A batch failed for good, and the line stopped there. With a checkpoint directory the next start runs the batch again, or
 * publishes it if it was decided already; the message says which.
 */
public final class BatchFailedException extends MillraceException {
    private final long batchMilliseconds;

    /** An error of the batch at a time in milliseconds; {@code what} says what failed and what happens next. */
    public BatchFailedException(long batchMilliseconds, String what, @Nullable Throwable cause) {
        super("batch " + batchMilliseconds + " ms failed: " + what, cause);
        this.batchMilliseconds = batchMilliseconds;
    }

    /** The time of the batch. */
    public long batchMilliseconds() {
        return batchMilliseconds;
    }
}
