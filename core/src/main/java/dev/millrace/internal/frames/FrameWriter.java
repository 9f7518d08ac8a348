/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.frames;

import dev.millrace.internal.codec.ByteSink;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Writes a file of frames: a magic word with the format's version, then for each frame its length, a checksum of the
 * length, a checksum of the payload, and the payload. The two checksums tell an append that was cut off from damage.
 */
public final class FrameWriter implements AutoCloseable {
    static final byte[] MAGIC = "MILLRAC1".getBytes(StandardCharsets.US_ASCII);
    public static final int HEADER = 12;

    private final FileStore.Appender file;
    private long size = MAGIC.length;
    private volatile boolean dirty = true;
    private volatile boolean broken;

    public FrameWriter(FileStore store, String path) throws IOException {
        file = store.create(path);
        file.append(MAGIC);
    }

    /** Not thread safe, but may run beside {@link #sync}. After a failure nothing more is written behind it. */
    public void append(byte[] payload) throws IOException {
        checkWhole();
        ByteSink frame = new ByteSink();
        frame.writeInt(payload.length);
        frame.writeInt(checksum(lengthBytes(payload.length)));
        frame.writeInt(checksum(payload));
        frame.writeRaw(payload);
        broken = true;
        file.append(frame.toBytes());
        broken = false;
        size += HEADER + payload.length;
        dirty = true;
    }

    private void checkWhole() throws IOException {
        if (broken) {
            throw new IOException("an earlier write of this file failed");
        }
    }

    static byte[] lengthBytes(int length) {
        return new byte[] {(byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length};
    }

    static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    public long size() {
        return size;
    }

    /** Makes what was appended durable; free if nothing was. */
    public void sync() throws IOException {
        if (dirty) {
            checkWhole();
            dirty = false; // before: what is appended meanwhile is for the next sync
            try {
                file.sync();
            } catch (IOException e) {
                broken = true; // what the system has dropped, a second sync would not bring back
                throw e;
            }
        }
    }

    /** Whether a write failed, so that the file ends in the middle. */
    public boolean isBroken() {
        return broken;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
