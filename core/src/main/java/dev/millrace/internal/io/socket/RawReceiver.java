/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import dev.millrace.error.CodecException;
import dev.millrace.internal.conf.SocketOptions;
import dev.millrace.internal.receive.ReceiverAccess;
import dev.millrace.internal.receive.RunningReceiver;
import dev.millrace.rdd.StorageLevel;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Blocks that are encoded already: a length of four bytes, the highest first, then a list of {@code codec()}. */
public final class RawReceiver<T> extends SocketReceiver<T> {
    /** A length is not believed beyond this before its bytes come. */
    private static final int BELIEVED = 1 << 20;

    private final long maxBlockBytes;

    public RawReceiver(Endpoint endpoint, StorageLevel level, long maxBlockBytes) {
        super(endpoint, level);
        this.maxBlockBytes = maxBlockBytes;
    }

    @Override
    void receive(InputStream in) throws IOException {
        RunningReceiver<T> control = ReceiverAccess.receivers().control(this);
        DataInputStream data = new DataInputStream(in);
        for (int first = in.read(); first >= 0; first = in.read()) {
            int length = first << 24 | data.readUnsignedByte() << 16 | data.readUnsignedShort();
            control.storeOwnEncoded(block(in, length), null);
        }
    }

    private byte[] block(InputStream in, int length) throws IOException {
        if (length < 0 || length > maxBlockBytes) {
            throw new CodecException("a raw block says that it has " + length + " bytes, and may have 0 to "
                    + maxBlockBytes + "; send a length of four bytes, the highest first, before each list that codec()"
                    + " has encoded, or raise " + SocketOptions.MAX_BLOCK_BYTES.key());
        }
        byte[] block = new byte[Math.min(length, BELIEVED)];
        int end = 0;
        while (end < length) {
            if (end == block.length) {
                block = Arrays.copyOf(block, (int) Math.min(length, 2L * end));
            }
            int read = in.read(block, end, block.length - end);
            if (read < 0) {
                throw new EOFException("the connection ended after " + end + " of the " + length + " bytes of a block");
            }
            end += read;
        }
        return block;
    }
}
