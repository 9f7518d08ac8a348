/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.internal.log.EpochFile;

/**
 * The place of a block in the log.
 *
 * @param file its segment
 * @param offset the byte at which its frame begins
 * @param length the bytes of its payload
 */
public record LogPlace(EpochFile file, long offset, int length) {
    /** The number of its segment. */
    public long segment() {
        return file.number();
    }
}
