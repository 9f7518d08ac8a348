/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.io.Serializable;

/**
 * A piece of input, or a record, that could not be used and was put aside.
 *
 * @param encoding what the bytes are
 * @param raw its bytes; of input their beginning where they are many
 * @param place where it stood, such as {@code file /in/a.txt byte 123}: its identity within the operator, the same
 *     whenever it is met again
 * @param operator who met it: the name of the stream, or the input with the program's line
 * @param error why it could not be used
 */
public record QuarantinedRecord(Encoding encoding, byte[] raw, String place, String operator, String error)
        implements Serializable {

    /** The meaning of raw bytes. */
    public enum Encoding {
        /** A piece of the input as it came, perhaps its beginning alone. */
        INPUT,
        /** A record that is a String, as UTF-8. */
        TEXT,
        /** A record as the codec encodes it. */
        CODEC,
        /** The text of a record whose type the codec does not know: the record cannot be made again from it. */
        SHOWN
    }

    /** A piece of input. */
    public QuarantinedRecord(byte[] raw, String place, String operator, String error) {
        this(Encoding.INPUT, raw, place, operator, error);
    }
}
