/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;

/**
 * Puts values one after the other into blocks of bytes; each block begins with the schemas that it uses, so that it can
 * be read alone. A value comes back with the class that it had, as far as a program can name that.
 */
public final class ValueBlockWriter {
    private final ValueCodec codec;
    private final ByteSink body = new ByteSink();
    private Schemas schemas = new Schemas();
    private ValueWriter writer;

    public ValueBlockWriter(ValueCodec codec) {
        this.codec = codec;
        writer = codec.writer(schemas, body, ValueWriter.Form.SAME_CLASS);
    }

    /**
     * Adds values that belong together: all of them, or none.
     *
     * @throws CodecException if one cannot be encoded
     */
    public void write(Object... values) {
        int before = body.size();
        try {
            for (Object value : values) {
                writer.write(value);
            }
        } catch (CodecException e) {
            body.truncate(before);
            writer = codec.writer(schemas, body, ValueWriter.Form.SAME_CLASS); // it stands inside the value
            throw e;
        }
    }

    /** The number of bytes of the block so far, without the schemas. */
    public int size() {
        return body.size();
    }

    /** Ends the block; the next value begins another. */
    public byte[] takeBlock() {
        ByteSink block = new ByteSink();
        schemas.writeTo(block);
        block.writeAll(body);
        body.truncate(0);
        schemas = new Schemas();
        writer = codec.writer(schemas, body, ValueWriter.Form.SAME_CLASS);
        return block.toBytes();
    }
}
