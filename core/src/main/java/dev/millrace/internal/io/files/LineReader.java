/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.internal.conf.Options;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.io.ByteScan;
import dev.millrace.internal.io.MalformedInput;
import dev.millrace.internal.io.Utf8;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Lines of UTF-8 from a stream of bytes; ends with LF or CRLF are cut off, a last line without end counts. A byte order
 * mark is skipped. A line that is malformed or too long is replaced, refused or put aside. Reading costs one pass for line
 * ends and one for decoding; the rest is looked at only where one of them has seen something.
 */
final class LineReader implements AutoCloseable {
    /** Stands for a line that was put aside; compared by identity. */
    @SuppressWarnings("StringOperationCanBeSimplified") // one of its own
    static final String REFUSED = new String("refused");

    private static final int CHUNK = 128 * 1024;
    private static final int RAW_OF_LONG_LINE = 64 * 1024;
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream in;
    private final String name;
    private final MalformedInput malformed;
    private final int maxLineBytes;
    private final boolean compressed;
    private final boolean marked;
    private byte[] buffer;
    private int start; // of the next line, in the buffer
    private int end; // of the bytes in the buffer
    private long position; // of the next line, in the file
    private boolean nulSeen; // among the bytes in the buffer
    private boolean damaged; // the compressed stream ended here

    /**
     * @param name of the file, for errors
     * @param head the stream's first bytes, which are read already
     * @param expected about how many bytes there are, so that a small file needs no large buffer
     * @param compressed whether positions are those of the decompressed text
     */
    LineReader(
            InputStream in,
            String name,
            byte[] head,
            long expected,
            MalformedInput malformed,
            int maxLineBytes,
            boolean compressed) {
        this.in = in;
        this.name = name;
        this.malformed = malformed;
        this.maxLineBytes = maxLineBytes;
        this.compressed = compressed;
        marked = head.length >= MARK.length && Arrays.equals(head, 0, MARK.length, MARK, 0, MARK.length);
        buffer = Arrays.copyOf(head, (int) Math.min(CHUNK, head.length + expected));
        end = head.length;
        nulSeen = ByteScan.hasZero(buffer, 0, end);
    }

    /** The position of the next line. */
    long position() {
        return position;
    }

    /** The position of the next line, for people. */
    String place() {
        return place(position);
    }

    private String place(long at) {
        return name + " byte " + at + (compressed ? " of the decompressed text" : "");
    }

    /** Goes on at a later byte; before the first line. */
    void skipTo(long byteNumber) throws IOException {
        if (byteNumber < end) {
            start = (int) byteNumber;
        } else {
            in.skipNBytes(byteNumber - end);
            start = 0;
            end = 0;
        }
        position = byteNumber;
    }

    /** Passes over the rest of a line, however long. */
    void skipLine() throws IOException {
        while (true) {
            int lineEnd = ByteScan.indexOf(buffer, start, end, (byte) '\n');
            if (lineEnd >= 0) {
                position += lineEnd + 1 - start;
                start = lineEnd + 1;
                return;
            }
            position += end - start;
            start = end;
            if (!fill()) {
                return;
            }
        }
    }

    /** The next line, {@link #REFUSED}, or null at the end. */
    @Nullable
    String read() throws IOException {
        int scanned = start;
        while (true) {
            int lineEnd = ByteScan.indexOf(buffer, scanned, end, (byte) '\n');
            if (lineEnd >= 0) {
                return lineEnd - start > maxLineBytes + 1 ? tooLong(lineEnd) : take(lineEnd, lineEnd + 1);
            }
            scanned = end - start;
            if (scanned > maxLineBytes + 1) {
                return tooLong(end);
            }
            if (!fill()) {
                return start == end ? null : take(end, end);
            }
            scanned += start;
        }
    }

    private String take(int lineEnd, int nextStart) {
        int from = start;
        int length = lineEnd - start;
        if (length > 0 && buffer[lineEnd - 1] == '\r') {
            length--;
        }
        if (length > maxLineBytes) {
            return tooLong(lineEnd);
        }
        if (marked && position == 0) {
            from += MARK.length;
            length -= MARK.length;
        }
        String line = new String(buffer, from, length, StandardCharsets.UTF_8);
        if (line.indexOf('\uFFFD') >= 0 || (nulSeen && line.indexOf('\0') >= 0)) { // the first is free for ASCII
            line = inspected(line, from, length);
        }
        position += nextStart - start;
        start = nextStart;
        return line;
    }

    private String inspected(String line, int from, int length) {
        int bad = Utf8.firstMalformed(buffer, from, length);
        int nul = ByteScan.indexOf(buffer, from, from + length, (byte) 0);
        if (bad < 0 && nul < 0) {
            return line; // it was written with U+FFFD in it
        }
        if (malformed.replaces()) {
            return line.replace('\0', '\uFFFD');
        }
        int at = bad < 0 ? nul : bad;
        malformed.refuse(
                place(position + at - start),
                Arrays.copyOfRange(buffer, from, from + length),
                bad < 0
                        ? "the byte is 0, so this is binary data or UTF-16"
                        : String.format(Locale.ROOT, "the byte 0x%02x is not UTF-8 here", buffer[at]),
                "save the file as UTF-8 text" + MalformedInput.orSet("replace or quarantine"));
        return REFUSED;
    }

    /** The line at {@code start} has more bytes than it may; it goes on to {@code known} at least. */
    private String tooLong(int known) {
        long at = position;
        if (!malformed.replaces()) {
            malformed.refuse(
                    place(at),
                    Arrays.copyOfRange(buffer, start, Math.min(known, start + RAW_OF_LONG_LINE)),
                    "the line that starts here has more than " + maxLineBytes + " bytes",
                    "raise " + Options.MAX_LINE_BYTES.key() + MalformedInput.orSet("replace or quarantine"));
        }
        String line = malformed.replaces() ? cut() : REFUSED;
        try {
            skipLine();
        } catch (IOException e) {
            throw new UncheckedIOException(place(at) + " cannot be read", e);
        }
        return line;
    }

    private String cut() {
        int lineEnd = start + maxLineBytes;
        while (lineEnd > start && (buffer[lineEnd] & 0xc0) == 0x80) {
            lineEnd--; // not within a character
        }
        int from = marked && position == 0 ? start + MARK.length : start;
        return new String(buffer, from, Math.max(0, lineEnd - from), StandardCharsets.UTF_8).replace('\0', '\uFFFD');
    }

    /** Moves the open line to the front, makes room if it fills the buffer, and reads on. */
    private boolean fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int read = damaged ? -1 : readSome();
        if (read <= 0) {
            return false;
        }
        nulSeen = (nulSeen && end > 0) || ByteScan.hasZero(buffer, end, end + read);
        end += read;
        return true;
    }

    private int readSome() throws IOException {
        try {
            return in.read(buffer, end, buffer.length - end);
        } catch (ZipException | EOFException e) {
            malformed.refuse(
                    place(position),
                    Arrays.copyOf(buffer, Math.min(end, RAW_OF_LONG_LINE)),
                    "the compressed file is damaged or cut off (" + Causes.text(e) + ")",
                    "replace it by a whole one under a new name" + MalformedInput.orSet("quarantine"));
            damaged = true;
            position += end; // what there is of the line is put aside with the rest
            end = 0;
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
