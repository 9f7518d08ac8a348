/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.error;

import org.jspecify.annotations.Nullable;

/** The common parent of the errors that are Millrace's own. */
public class MillraceException extends RuntimeException {
    public MillraceException(String message) {
        super(message);
    }

    public MillraceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
