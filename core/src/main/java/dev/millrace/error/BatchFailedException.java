/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.error;

import org.jspecify.annotations.Nullable;

/** A batch failed for good; the line stopped there, and the batch is run again at the next start. */
public final class BatchFailedException extends MillraceException {
    private final long batchMilliseconds;

    public BatchFailedException(long batchMilliseconds, String what, @Nullable Throwable cause) {
        super("batch " + batchMilliseconds + " ms failed: " + what, cause);
        this.batchMilliseconds = batchMilliseconds;
    }

    /** The time of the batch. */
    public long batchMilliseconds() {
        return batchMilliseconds;
    }
}
