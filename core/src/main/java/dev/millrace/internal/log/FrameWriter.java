/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import dev.millrace.error.CheckpointException;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Writes a file of frames: a magic word with the format's version, then for each frame its length, a checksum of the
 * length, a checksum of the payload and its mark, the payload, and the mark. The two checksums tell an append that was cut off
 * from damage, and so does the mark, which is not zero. The first frame is a {@link FileHeader}.
 */
public final class FrameWriter implements AutoCloseable {
    static final byte[] MAGIC = "MILLRAC1".getBytes(StandardCharsets.US_ASCII);
    static final int HEADER = 12;

    /** The end of each frame, so that one whose end never came can be told. */
    static final byte[] MARK = "END.".getBytes(StandardCharsets.US_ASCII);

    /** The number of bytes of a frame besides its payload. */
    public static final int OVERHEAD = HEADER + MARK.length;

    private static final byte[] NOTHING = {};

    private static final int BUFFER = 64 * 1024;

    private final FileStore store;
    private final String path;
    private final FileStore.Appender file;
    private final byte[] buffer = new byte[BUFFER];
    private int buffered;
    private final CRC32C checksums = new CRC32C();
    private final Object syncing = new Object();
    private long size;
    private volatile boolean dirty = true;
    private final FirstFailure failure = new FirstFailure();

    /** @param writer the program that writes it, which every reader checks */
    public FrameWriter(FileStore store, String path, CheckpointIdentity writer) throws IOException {
        this(store, path, writer, path);
    }

    /** @param name the path under which it will be read, if it is written under another */
    public FrameWriter(FileStore store, String path, CheckpointIdentity writer, String name) throws IOException {
        this(store, path, FileHeader.of(writer, name));
    }

    FrameWriter(FileStore store, String path, FileHeader header) throws IOException {
        this.store = store;
        this.path = path;
        file = store.create(path);
        boolean begun = false;
        try {
            put(MAGIC);
            size = MAGIC.length;
            write(header.encode(), NOTHING, 0, 0);
            checksums.reset(); // two files with the same content have the same checksum
            flush();
            begun = true;
        } finally {
            if (!begun) {
                file.close();
            }
        }
    }

    /** Not thread safe, but may run beside {@link #sync}. After a failure nothing more is written behind it. */
    public void append(byte[] payload) throws IOException {
        write(payload, NOTHING, 0, 0);
        flush();
    }

    /**
     * Adds a frame whose payload is {@code head} and a part of {@code body}; small ones are gathered until {@link #flush}. The
     * body is copied once at most. Not thread safe.
     *
     * @return the checksum of the payload and its mark
     */
    public int write(byte[] head, byte[] body, int offset, int length) throws IOException {
        failure.check();
        int payload = Math.addExact(head.length + MARK.length, length);
        CRC32C checksum = new CRC32C();
        checksum.update(head);
        checksum.update(body, offset, length);
        checksum.update(MARK);
        put(bytesOf(payload));
        put(bytesOf(checksum(bytesOf(payload))));
        byte[] payloadChecksum = bytesOf((int) checksum.getValue());
        checksums.update(payloadChecksum);
        put(payloadChecksum);
        put(head);
        put(body, offset, length);
        put(MARK);
        size += HEADER + payload;
        return (int) checksum.getValue();
    }

    private void put(byte[] bytes) throws IOException {
        put(bytes, 0, bytes.length);
    }

    private void put(byte[] bytes, int offset, int length) throws IOException {
        if (length > BUFFER - buffered) {
            flush();
        }
        if (length > BUFFER) {
            pass(bytes, offset, length);
        } else {
            System.arraycopy(bytes, offset, buffer, buffered, length);
            buffered += length;
        }
    }

    /** Passes on what was gathered, so that it outlives this process. */
    public void flush() throws IOException {
        if (buffered > 0) {
            pass(buffer, 0, buffered);
            buffered = 0;
        }
    }

    private void pass(byte[] bytes, int offset, int length) throws IOException {
        failure.check();
        try {
            file.append(bytes, offset, length);
        } catch (Throwable e) { // not remembered before: a sync may run meanwhile
            failure.is(e);
            throw e;
        }
        dirty = true;
    }

    static byte[] bytesOf(int value) {
        return new byte[] {(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value};
    }

    static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** The bytes of the file with all that was added to it. */
    public long size() {
        return size;
    }

    /** A checksum of the checksums of all payloads that were added after the header, in order. */
    public int checksum() {
        return (int) checksums.getValue();
    }

    /** Makes what was appended, or written and flushed, durable; free if nothing was. */
    public void sync() throws IOException {
        synchronized (syncing) { // another thread may be making durable what this one has appended: wait for it
            failure.check();
            if (dirty) {
                dirty = false; // before: what is appended meanwhile is for the next sync
                try {
                    file.sync();
                } catch (IOException e) {
                    failure.is(e); // what the system has dropped, a second sync would not bring back
                    throw e;
                }
            }
        }
    }

    /** Returns whether the file is still in its directory. Writing to a file that was deleted succeeds all the same. */
    public boolean isListed() throws IOException {
        int name = path.lastIndexOf('/') + 1;
        return store.list(path.substring(0, Math.max(0, name - 1))).contains(path.substring(name));
    }

    /** The exception to throw if the file is no longer in its directory. */
    public CheckpointException gone() {
        return new CheckpointException("the file " + store.location() + "/" + path
                + " was deleted or moved away while this program wrote it, so what it holds is lost; stop the program,"
                + " put the file back, and start it again");
    }

    /** Returns whether a write failed, so that the file ends in the middle. */
    public boolean isBroken() {
        return failure.isMet();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
