/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.spi.RowEncoder;
import java.util.Iterator;

/** Records on their way into a file, as the bytes that their output makes of them. Exceptions of the encoder come out as they are. */
final class EncodedRows<T> implements Iterator<byte[]> {
    private final Iterator<T> records;
    private final RowEncoder<T> encoder;

    EncodedRows(Iterator<T> records, RowEncoder<T> encoder) {
        this.records = records;
        this.encoder = encoder;
    }

    @Override
    public boolean hasNext() {
        return records.hasNext();
    }

    @Override
    public byte[] next() {
        T next = records.next();
        try {
            return encoder.encode(next);
        } catch (Exception e) {
            throw EncodedRows.<RuntimeException>asItIs(e);
        }
    }

    @SuppressWarnings("unchecked") // the caller declares Exception
    private static <E extends Exception> E asItIs(Exception e) throws E {
        throw (E) e;
    }
}
