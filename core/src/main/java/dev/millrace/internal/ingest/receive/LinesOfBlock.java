/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest.receive;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Options.Malformed;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Lines of a block of text, decoded one at a time; line ends are cut off. Bytes that are not UTF-8 and lines that are too
 * long are treated as the program's settings say.
 */
final class LinesOfBlock implements Iterator<String> {
    private final byte[] bytes;
    private final BlockReading reading;
    private final long block;
    private int start;
    private long left;

    /**
     * @param block the number of the block in its stream
     * @param from how many lines are passed over first
     * @param count how many lines come then
     */
    LinesOfBlock(byte[] bytes, BlockReading reading, long block, long from, long count) {
        this.bytes = bytes;
        this.reading = reading;
        this.block = block;
        start = LineFeeds.after(bytes, 0, bytes.length, Math.toIntExact(from));
        left = count;
    }

    @Override
    public boolean hasNext() {
        return left > 0;
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        left--;
        int from = start;
        int feed = LineFeeds.next(bytes, from, bytes.length); // each line has its own
        start = feed + 1;
        if (feed - from > reading.maxLineBytes()) {
            return tooLong(from);
        }
        int end = feed > from && bytes[feed - 1] == '\r' ? feed - 1 : feed;
        String line = new String(bytes, from, end - from, StandardCharsets.UTF_8);
        if (reading.malformed() != Malformed.REPLACE && line.indexOf('\uFFFD') >= 0) { // free for ASCII
            checkUtf8(from, end);
        }
        return line;
    }

    private String tooLong(int from) {
        if (reading.malformed() != Malformed.REPLACE) {
            throw new MillraceException(place(from) + ": the line that starts here has more than "
                    + reading.maxLineBytes() + " bytes; raise " + Options.SOCKET_MAX_LINE_BYTES.key() + ", or set "
                    + Options.SOCKET_MALFORMED_INPUT.key() + " to replace");
        }
        int end = from + reading.maxLineBytes();
        while (end > from && (bytes[end] & 0xC0) == 0x80) {
            end--; // not within a character
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    private void checkUtf8(int from, int end) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes, from, end - from);
        if (decoder.decode(in, CharBuffer.allocate(end - from + 1), true).isError()) {
            throw new MillraceException(String.format(
                    "%s: the byte 0x%02x is not UTF-8 here; have the sender write UTF-8, or set %s to replace",
                    place(in.position()), bytes[in.position()], Options.SOCKET_MALFORMED_INPUT.key()));
        }
    }

    private String place(int at) {
        return "stream " + reading.stream() + " block " + block + " byte " + at;
    }
}
