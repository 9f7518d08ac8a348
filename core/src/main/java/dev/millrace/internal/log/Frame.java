/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import java.util.Arrays;
import java.util.zip.CRC32C;

/** The bytes of one frame, as {@link FrameWriter} writes it, for readers of files that are complete. */
public final class Frame {
    /** The bytes before the payload. */
    public static final int HEADER = FrameWriter.HEADER;

    /** The bytes behind the payload. */
    public static final int MARK = FrameWriter.MARK.length;

    /** The bytes before the first frame of a file. */
    public static final int MAGIC = FrameWriter.MAGIC.length;

    private Frame() {}

    /** Returns whether a file that begins with these bytes is one of frames. */
    public static boolean isMagic(byte[] begin) {
        return Arrays.equals(begin, FrameWriter.MAGIC);
    }

    /** The length of the payload and its mark, or -1 if the header does not bear it out. */
    public static int length(byte[] header, int at) {
        int length = intAt(header, at);
        boolean isRight = length >= MARK && intAt(header, at + 4) == FrameWriter.checksum(FrameWriter.bytesOf(length));
        return isRight ? length : -1;
    }

    /** The checksum of the payload and its mark, as the header says. */
    public static int checksum(byte[] header, int at) {
        return intAt(header, at + 8);
    }

    /**
     * Returns whether a payload and the mark behind it are what was written.
     *
     * @param checksum that they must have
     */
    public static boolean isRight(byte[] bytes, int from, int length, int checksum) {
        CRC32C found = new CRC32C();
        found.update(bytes, from, length);
        return (int) found.getValue() == checksum
                && Arrays.equals(bytes, from + length - MARK, from + length, FrameWriter.MARK, 0, MARK);
    }

    static int intAt(byte[] bytes, int offset) {
        return bytes[offset] << 24
                | (bytes[offset + 1] & 0xFF) << 16
                | (bytes[offset + 2] & 0xFF) << 8
                | bytes[offset + 3] & 0xFF;
    }
}
