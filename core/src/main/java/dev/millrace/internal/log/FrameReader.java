/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import dev.millrace.error.CheckpointException;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of frames. An append that was cut off by a crash ends the file quietly; anything else that is not as it
 * was written is damage, and is reported with file and byte, never skipped. So is a file of another checkpoint, or another
 * file of this one.
 */
public final class FrameReader implements AutoCloseable {
    /** The remedy for files that are not as they were written. */
    public static final String RESTORE =
            "restore the whole directory from a backup (a start then tells what its outputs have published since)";

    /** The remedy for damage where one may also do without the files. */
    public static final String REMEDY = RESTORE + ", or start with a new directory";

    /** A length is not believed beyond this before its bytes are seen. */
    private static final int BELIEVED = 1 << 24;

    private final FileStore store;
    private final String path;
    private final InputStream in;
    private final boolean mayBeTorn;
    private final CRC32C checksums = new CRC32C();
    private final @Nullable FileHeader header;
    private long position;

    /**
     * @param mayBeTorn whether the file was appended to when a process may have died; files that became visible only
     *     when they were complete may not be torn
     * @param checkpointId the checkpoint that it must be of, or null if it may be of any
     */
    FrameReader(FileStore store, String path, boolean mayBeTorn, @Nullable UUID checkpointId) throws IOException {
        this.store = store;
        this.path = path;
        this.mayBeTorn = mayBeTorn;
        in = store.open(path);
        boolean begun = false;
        try {
            header = begin();
            if (header != null && checkpointId != null) {
                check(store, path, header, checkpointId);
            }
            checksums.reset();
            begun = true;
        } finally {
            if (!begun) {
                in.close();
            }
        }
    }

    /** Reads on from a frame at {@code offset}, to which another reader of the file has come. */
    private FrameReader(FrameReader other, long offset) throws IOException {
        store = other.store;
        path = other.path;
        mayBeTorn = other.mayBeTorn;
        header = other.header;
        position = offset;
        in = store.open(path, offset);
    }

    /** Reads frames once more that this reader has read, from the one at {@code offset} on; this one stays where it is. */
    public FrameReader again(long offset) throws IOException {
        return new FrameReader(this, offset);
    }

    /** The header; null if the file was cut off before its end. */
    private @Nullable FileHeader begin() throws IOException {
        byte[] magic = in.readNBytes(FrameWriter.MAGIC.length);
        position = magic.length;
        if (!Arrays.equals(magic, FrameWriter.MAGIC)) {
            boolean cutOff = Arrays.equals(magic, Arrays.copyOf(FrameWriter.MAGIC, magic.length));
            if (!mayBeTorn || !cutOff && !(isZero(magic) && restIsZero())) {
                throw damaged(0, "it is not a file of this format and version");
            }
            return null;
        }
        byte[] frame = next();
        if (frame == null) {
            if (!mayBeTorn) {
                throw damaged(position, "it ends before its header");
            }
            return null;
        }
        FileHeader read = FileHeader.decode(frame);
        if (read == null) {
            throw damaged(FrameWriter.MAGIC.length, "it does not begin with a header");
        }
        return read;
    }

    /**
     * Refuses a file that is another than the one that is wanted.
     *
     * @param found its header
     * @throws CheckpointException if it is of another checkpoint, or was another file of this one
     */
    public static void check(FileStore store, String path, FileHeader found, UUID checkpointId) {
        if (!found.writer().checkpointId().equals(checkpointId)) {
            throw new CheckpointException("the file " + store.location() + "/" + path + " belongs to the checkpoint "
                    + found.writer().checkpointId() + ", and " + store.location() + " is the checkpoint "
                    + checkpointId + "; put the file that belongs here back from a backup of this directory, or"
                    + " start with a new directory");
        }
        if (found.writer().isOfCheckpoint() && !found.name().equals(path)) {
            throw damaged(store, path, 0, "it was the file " + found.name());
        }
    }

    /** The header of the file; null if the file was cut off before its header ended. */
    public @Nullable FileHeader header() {
        return header;
    }

    /** The header of a file of any checkpoint; null if the file was cut off before its header ended. */
    public static @Nullable FileHeader headerOf(FileStore store, String path) throws IOException {
        try (FrameReader reader = new FrameReader(store, path, true, null)) {
            return reader.header;
        }
    }

    /**
     * The {@code length} bytes of the body of the frame at {@code offset}, in a file that may go on growing. The
     * whole frame is checked.
     */
    public static byte[] readBody(FileStore store, String path, long offset, int length) throws IOException {
        try (InputStream in = store.open(path, offset)) {
            byte[] header = in.readNBytes(FrameWriter.HEADER);
            int payload = header.length < FrameWriter.HEADER ? -1 : Frame.intAt(header, 0);
            int head = payload - length - FrameWriter.MARK.length;
            if (head < 0 || Frame.intAt(header, 4) != FrameWriter.checksum(FrameWriter.bytesOf(payload))) {
                throw damaged(store, path, offset, "there is no frame with " + length + " bytes");
            }
            CRC32C checksum = new CRC32C();
            checksum.update(in.readNBytes(head));
            byte[] body = in.readNBytes(length);
            checksum.update(body);
            checksum.update(in.readNBytes(FrameWriter.MARK.length));
            if (body.length < length || Frame.intAt(header, 8) != (int) checksum.getValue()) {
                throw damaged(store, path, offset, "a frame does not match its checksum");
            }
            return body;
        }
    }

    /** The next payload, or null at the end. */
    public byte @Nullable [] next() throws IOException {
        byte[] header = in.readNBytes(FrameWriter.HEADER);
        if (header.length == 0) {
            return null;
        }
        if (header.length < FrameWriter.HEADER || isZero(header)) {
            if (header.length == FrameWriter.HEADER && !restIsZero()) {
                throw damaged(position, "a frame's header is zero and data follows");
            }
            return torn();
        }
        int length = Frame.intAt(header, 0);
        if (Frame.intAt(header, 4) != FrameWriter.checksum(FrameWriter.bytesOf(length))
                || length < FrameWriter.MARK.length) {
            if (restIsZero()) {
                return torn(); // a whole frame would end in its mark
            }
            throw damaged(position, "a frame's length does not match its checksum");
        }
        byte[] payload = read(length - FrameWriter.MARK.length);
        byte[] mark = in.readNBytes(FrameWriter.MARK.length);
        if (payload.length + mark.length < length) {
            return torn();
        }
        CRC32C checksum = new CRC32C();
        checksum.update(payload);
        checksum.update(mark);
        if (Frame.intAt(header, 8) != (int) checksum.getValue() || !Arrays.equals(mark, FrameWriter.MARK)) {
            if (neverCame(mark)) {
                return torn();
            }
            throw damaged(position, "a frame does not match its checksum");
        }
        position += FrameWriter.HEADER + length;
        checksums.update(header, 8, 4);
        return payload;
    }

    private byte[] read(int length) throws IOException {
        if (length > BELIEVED) {
            return in.readNBytes(length);
        }
        byte[] payload = new byte[length]; // readNBytes(int) would copy once more
        int read = in.readNBytes(payload, 0, length);
        return read < length ? Arrays.copyOf(payload, read) : payload;
    }

    /** Returns how many bytes were read and were right. */
    public long position() {
        return position;
    }

    /** Returns what {@link FrameWriter#checksum} was when the frames that were read had been added. */
    public int checksum() {
        return (int) checksums.getValue();
    }

    /** Returns whether room was made for an append, and the end of its data never came: more than one byte has gone wrong. */
    private boolean neverCame(byte[] mark) throws IOException {
        int zeroes = 0;
        while (zeroes < mark.length && mark[mark.length - 1 - zeroes] == 0) {
            zeroes++;
        }
        if (zeroes == 0) {
            return false;
        }
        long behind = zeroesToTheEnd();
        return behind >= 0 && zeroes + behind >= mark.length;
    }

    private byte @Nullable [] torn() {
        if (!mayBeTorn) {
            throw damaged(position, "the file ends in the middle of a frame");
        }
        return null;
    }

    private static boolean isZero(byte[] bytes) {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }

    private boolean restIsZero() throws IOException {
        return zeroesToTheEnd() >= 0;
    }

    /** Returns how many bytes are left, or -1 if not all of them are zero. */
    private long zeroesToTheEnd() throws IOException {
        long zeroes = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next != 0) {
                return -1;
            }
            zeroes++;
        }
        return zeroes;
    }

    private CheckpointException damaged(long at, String what) {
        return damaged(store, path, at, what);
    }

    /** Returns what a file that is not as it was written is refused with. */
    public static CheckpointException damaged(FileStore store, String path, long at, String what) {
        return new CheckpointException("the file " + store.location() + "/" + path + " is damaged at byte " + at + ": "
                + what + "; " + REMEDY);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
