/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.error;

import org.jspecify.annotations.Nullable;

/** A value cannot be turned into bytes, or bytes do not decode to a declared type. */
public final class CodecException extends MillraceException {
    /** An error that says which type or bytes were found, and what to do. */
    public CodecException(String message) {
        super(message);
    }

    /** @param cause what code of the type threw, or null */
    public CodecException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
