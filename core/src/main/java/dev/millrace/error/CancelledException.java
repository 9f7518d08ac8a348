/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.error;

/** The work was given up because the context is stopping. */
public final class CancelledException extends MillraceException {
    /** An error that says which work was given up. */
    public CancelledException(String message) {
        super(message);
    }
}
