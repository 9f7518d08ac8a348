/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.error;

import org.jspecify.annotations.Nullable;

/** The common parent of the errors that are Millrace's own. */
public class MillraceException extends RuntimeException {
    /** An error that says what was found, why it is refused, and what to do. */
    public MillraceException(String message) {
        super(message);
    }

    /** The same with what caused it, or null. */
    public MillraceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
