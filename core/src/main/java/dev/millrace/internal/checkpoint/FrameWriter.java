/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.codec.ByteSink;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Writes a file of frames: a magic word with the format's version, then for each frame its length, a checksum of the
 * length, a checksum of the payload, and the payload. The two checksums tell an append that was cut off from damage.
 */
final class FrameWriter implements AutoCloseable {
    static final byte[] MAGIC = "MILLRAC1".getBytes(StandardCharsets.US_ASCII);
    static final int HEADER = 12;

    private final FileStore.Appender file;
    private long size = MAGIC.length;
    private boolean dirty = true;

    FrameWriter(FileStore store, String path) throws IOException {
        file = store.create(path);
        file.append(MAGIC);
    }

    void append(byte[] payload) throws IOException {
        ByteSink frame = new ByteSink();
        frame.writeInt(payload.length);
        frame.writeInt(checksum(lengthBytes(payload.length)));
        frame.writeInt(checksum(payload));
        frame.writeRaw(payload);
        file.append(frame.toBytes());
        size += HEADER + payload.length;
        dirty = true;
    }

    static byte[] lengthBytes(int length) {
        return new byte[] {(byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length};
    }

    static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    long size() {
        return size;
    }

    /** Makes what was appended durable; free if nothing was. */
    void sync() throws IOException {
        if (dirty) {
            file.sync();
            dirty = false;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
