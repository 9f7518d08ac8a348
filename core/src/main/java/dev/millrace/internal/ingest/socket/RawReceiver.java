/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest.socket;

import dev.millrace.error.CodecException;
import dev.millrace.internal.conf.Options;
import dev.millrace.rdd.StorageLevel;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Blocks that are encoded already: a length of four bytes, the highest first, then a list of {@code codec()}. */
public final class RawReceiver<T> extends SocketReceiver<T> {
    private final long maxBlockBytes;

    public RawReceiver(Endpoint endpoint, StorageLevel level, long maxBlockBytes) {
        super(endpoint, level);
        this.maxBlockBytes = maxBlockBytes;
    }

    @Override
    void receive(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        for (int first = in.read(); first >= 0; first = in.read()) {
            int length = first << 24 | data.readUnsignedByte() << 16 | data.readUnsignedShort();
            store(ByteBuffer.wrap(block(in, length)));
        }
    }

    private byte[] block(InputStream in, int length) throws IOException {
        if (length < 0 || length > maxBlockBytes) {
            throw new CodecException("a raw block says that it has " + length + " bytes, and may have 0 to "
                    + maxBlockBytes + "; send a length of four bytes, the highest first, before each list that codec()"
                    + " has encoded, or raise " + Options.SOCKET_MAX_BLOCK_BYTES.key());
        }
        byte[] block = in.readNBytes(length);
        if (block.length < length) {
            throw new EOFException(
                    "the connection ended after " + block.length + " of the " + length + " bytes of a block");
        }
        return block;
    }
}
