/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.error;

/** A value cannot be turned into bytes, or bytes do not decode to a declared type. */
public final class CodecException extends MillraceException {
    public CodecException(String message) {
        super(message);
    }
}
