/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.internal.conf.SocketOptions;
import dev.millrace.internal.io.ByteScan;
import dev.millrace.internal.io.MalformedInput;
import dev.millrace.internal.io.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a block of text, decoded one at a time; line ends are cut off. Bytes that are not UTF-8 and lines that are too
 * long are replaced, refused or put aside, as the program's settings say.
 */
final class LinesOfBlock implements Iterator<String> {
    private static final int MOST_RAW = 1 << 20; // of a line that is put aside

    private final byte[] bytes;
    private final BlockReading reading;
    private final long block;
    private int start;
    private long left; // those that are put aside count
    private @Nullable String next;

    /**
     * @param block the number of the block in its stream
     * @param from how many lines are passed over first
     * @param count how many lines come then
     */
    LinesOfBlock(byte[] bytes, BlockReading reading, long block, long from, long count) {
        this.bytes = bytes;
        this.reading = reading;
        this.block = block;
        start = ByteScan.after(bytes, 0, bytes.length, (byte) '\n', Math.toIntExact(from));
        left = count;
    }

    @Override
    public boolean hasNext() {
        while (next == null && left > 0) {
            left--;
            next = read();
        }
        return next != null;
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        String line = Objects.requireNonNull(next);
        next = null;
        return line;
    }

    /** The next line, or null if it was put aside. */
    private @Nullable String read() {
        int from = start;
        int feed = ByteScan.indexOf(bytes, from, bytes.length, (byte) '\n'); // each line has its own
        start = feed + 1;
        if (feed - from > reading.maxLineBytes()) {
            return tooLong(from, feed);
        }
        int end = feed > from && bytes[feed - 1] == '\r' ? feed - 1 : feed;
        String line = new String(bytes, from, end - from, StandardCharsets.UTF_8);
        if (line.indexOf('\uFFFD') >= 0 && !reading.malformed().replaces()) { // the first is free for ASCII
            int bad = Utf8.firstMalformed(bytes, from, end - from);
            if (bad >= 0) { // or it was written with U+FFFD in it
                return notUtf8(from, end, bad);
            }
        }
        return line;
    }

    private @Nullable String tooLong(int from, int feed) {
        if (!reading.malformed().replaces()) {
            return refuse(
                    from,
                    from,
                    feed,
                    "the line that starts here has more than " + reading.maxLineBytes() + " bytes",
                    "raise " + SocketOptions.MAX_LINE_BYTES.key());
        }
        int end = from + reading.maxLineBytes();
        while (end > from && (bytes[end] & 0xC0) == 0x80) {
            end--; // not within a character
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    private @Nullable String notUtf8(int from, int end, int bad) {
        return refuse(
                bad,
                from,
                end,
                String.format(Locale.ROOT, "the byte 0x%02x is not UTF-8 here", bytes[bad]),
                "have the sender write UTF-8");
    }

    private @Nullable String refuse(int at, int from, int end, String problem, String change) {
        byte[] raw = Arrays.copyOfRange(bytes, from, Math.min(end, from + MOST_RAW));
        reading.malformed()
                .refuse(
                        "stream " + reading.stream() + " block " + block + " byte " + at,
                        raw,
                        problem + MalformedInput.cut(raw.length, end - from),
                        change + ", or set " + SocketOptions.MALFORMED_INPUT.key() + " to replace or quarantine");
        return null;
    }
}
