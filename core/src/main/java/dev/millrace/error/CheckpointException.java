/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.error;

import org.jspecify.annotations.Nullable;

/** A checkpoint cannot be read or written, or does not belong to this program. */
public final class CheckpointException extends MillraceException {
    /** An error that says what was found in the checkpoint, and what to do. */
    public CheckpointException(String message) {
        super(message);
    }

    /** The same with what caused it, or null. */
    public CheckpointException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
