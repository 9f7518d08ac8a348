/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.spi.QuarantinedRecord;
import java.nio.charset.StandardCharsets;

/**
 * A record, or a piece of input, that a batch has put aside.
 *
 * @param batch which batch
 * @param operator the name of the stream whose function threw; of malformed input the operation and its line
 * @param place where it stood: its identity together with batch and operator
 * @param error what was thrown, or what is malformed
 * @param encoding what the bytes are
 * @param raw the record or the piece of input
 */
public record QuarantineEntry(
        BatchTime batch, String operator, String place, String error, QuarantinedRecord.Encoding encoding, byte[] raw) {

    /** The bytes read as UTF-8: the record itself if it was a String, and for people else. */
    public String text() {
        return new String(raw, StandardCharsets.UTF_8);
    }
}
