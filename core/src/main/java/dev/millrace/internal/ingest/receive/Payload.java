/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest.receive;

/**
 * A block as bytes: the first {@code length} of an array, which is not cut to size because that would be a copy.
 */
record Payload(byte[] bytes, int length) {
    Payload(byte[] bytes) {
        this(bytes, bytes.length);
    }
}
