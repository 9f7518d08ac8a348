/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import java.util.Arrays;

/**
 * A block as bytes: the first {@code length} of an array, which is not cut to size because that would be a copy.
 */
record Payload(byte[] bytes, int length) {
    Payload(byte[] bytes) {
        this(bytes, bytes.length);
    }

    /** The bytes in an array of their size. */
    byte[] exact() {
        return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
    }
}
