/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.error;

/**
 * Something was refused for what it is, such as malformed input. Another attempt would find the same, so a task that
 * throws this is not tried again.
 */
public final class RefusedException extends MillraceException {
    /** An error that says what was found and why it is refused. */
    public RefusedException(String message) {
        super(message);
    }

    /** The same with what caused it. */
    public RefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
