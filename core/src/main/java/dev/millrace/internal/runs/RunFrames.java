/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.log.FileHeader;
import dev.millrace.internal.log.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a run from the first to the last. Having come to the end, a reader knows that each byte is what was written. One
 * thread.
 */
final class RunFrames implements AutoCloseable {
    private static final String CUT = "the file ends in the middle of a frame";
    private static final String WRONG = "a frame does not match its checksum";

    private final RunBytes bytes;
    private final RunSeal seal;
    private final byte[] header = new byte[Frame.HEADER];
    private final CRC32C checksums = new CRC32C();
    private final InputStream in;
    private long position;

    /** Reads the header of the file, too. */
    RunFrames(RunBytes bytes, RunSeal seal) throws IOException {
        this.bytes = bytes;
        this.seal = seal;
        in = bytes.open(0);
        boolean begun = false;
        try {
            begin();
            begun = true;
        } finally {
            if (!begun) {
                in.close();
            }
        }
    }

    private void begin() throws IOException {
        byte[] magic = in.readNBytes(Frame.MAGIC);
        if (!Frame.isMagic(magic)) {
            throw bytes.damaged(0, "it is not a file of this format and version");
        }
        position = magic.length;
        byte[] frame = read();
        FileHeader read = frame == null ? null : FileHeader.decode(Arrays.copyOf(frame, frame.length - Frame.MARK));
        if (read == null) {
            throw bytes.damaged(magic.length, "it does not begin with a header");
        }
        bytes.check(read);
        checksums.reset(); // as the writer did
    }

    /** The payload of the next frame, with the mark behind it; null at the end. */
    byte @Nullable [] next() {
        try {
            return read();
        } catch (IOException e) {
            throw bytes.unreadable(e);
        }
    }

    private byte @Nullable [] read() throws IOException {
        int read = in.readNBytes(header, 0, Frame.HEADER);
        if (read == 0) {
            checkSeal();
            return null;
        }
        if (read < Frame.HEADER) {
            throw bytes.damaged(position, CUT);
        }
        int length = Frame.length(header, 0);
        if (length < 0) {
            throw bytes.damaged(position, "a frame's length does not match its checksum");
        }
        if (length > seal.bytes() - position) {
            throw notSealed();
        }
        byte[] payload = new byte[length];
        if (in.readNBytes(payload, 0, length) < length) {
            throw bytes.damaged(position, CUT);
        }
        if (!Frame.isRight(payload, 0, length, Frame.checksum(header, 0))) {
            throw bytes.damaged(position, WRONG);
        }
        position += Frame.HEADER + length;
        checksums.update(header, Frame.HEADER - Integer.BYTES, Integer.BYTES);
        return payload;
    }

    private void checkSeal() {
        if (position != seal.bytes() || (int) checksums.getValue() != seal.checksum()) {
            throw notSealed();
        }
    }

    private MillraceException notSealed() {
        return bytes.damaged(
                position,
                "it is another file than the one that was made, which had " + seal.bytes() + " bytes with checksum "
                        + Integer.toHexString(seal.checksum()));
    }

    /** The offset at which the next frame begins. */
    long position() {
        return position;
    }

    /**
     * Reads one frame alone.
     *
     * @param room is used if it is large enough
     * @param length of the frame
     * @return an array that begins with the frame
     */
    static byte[] at(RunBytes bytes, long offset, int length, byte[] room) {
        byte[] frame = room.length < length ? new byte[length] : room;
        try {
            check(bytes, offset, frame, bytes.read(offset, frame, length), length);
        } catch (IOException e) {
            throw bytes.unreadable(e);
        }
        return frame;
    }

    /**
     * The length of the payload of a frame, of which the header has been read.
     *
     * @param read how many bytes of it there were
     */
    static int length(RunBytes bytes, long offset, byte[] frame, int read) {
        int length = read < Frame.HEADER ? -1 : Frame.length(frame, 0);
        if (length < 0) {
            throw bytes.damaged(offset, WRONG);
        }
        return length;
    }

    /**
     * Checks a frame.
     *
     * @param read how many bytes of it there were
     * @param length how many there should be
     */
    static void check(RunBytes bytes, long offset, byte[] frame, int read, int length) {
        if (read < length) {
            throw bytes.damaged(offset, CUT);
        }
        int payload = length - Frame.HEADER;
        if (Frame.length(frame, 0) != payload
                || !Frame.isRight(frame, Frame.HEADER, payload, Frame.checksum(frame, 0))) {
            throw bytes.damaged(offset, WRONG);
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw bytes.unreadable(e);
        }
    }
}
