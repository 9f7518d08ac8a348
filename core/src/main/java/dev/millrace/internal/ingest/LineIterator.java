/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The lines that start in a split, as UTF-8; ends with LF or CRLF are cut off, a last line without end counts. */
final class LineIterator implements Iterator<String>, AutoCloseable {
    private static final int CHUNK = 128 * 1024;

    private final FileSplit split;
    private final InputStream in;
    private byte[] buffer = new byte[CHUNK];
    private int start; // of the next line, in the buffer
    private int end; // of the bytes in the buffer
    private long position; // of the next line, in the file
    private @Nullable String next;

    LineIterator(FileSplit split) throws IOException {
        this.split = split;
        in = Files.newInputStream(Path.of(split.path()));
        try {
            position = split.from();
            if (split.from() > 0) {
                position--; // a line that starts right at the split is ours: its predecessor ends one byte before
                in.skipNBytes(position);
                readLine();
            }
            advance();
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public String next() {
        if (next == null) {
            throw new NoSuchElementException();
        }
        String line = next;
        advance();
        return line;
    }

    private void advance() {
        try {
            next = position < split.until() ? readLine() : null;
        } catch (IOException e) {
            throw new UncheckedIOException(split.path() + " cannot be read at byte " + position, e);
        }
    }

    private @Nullable String readLine() throws IOException {
        int scanned = start;
        while (true) {
            for (int i = scanned; i < end; i++) {
                if (buffer[i] == '\n') {
                    return take(i, i + 1);
                }
            }
            scanned = end - start;
            if (!fill()) {
                return start == end ? null : take(end, end);
            }
            scanned += start;
        }
    }

    private String take(int lineEnd, int nextStart) {
        int length = lineEnd - start;
        if (length > 0 && buffer[lineEnd - 1] == '\r') {
            length--;
        }
        String line = new String(buffer, start, length, StandardCharsets.UTF_8);
        position += nextStart - start;
        start = nextStart;
        return line;
    }

    /** Moves the open line to the front, makes room if it fills the buffer, and reads on. */
    private boolean fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int read = in.read(buffer, end, buffer.length - end);
        if (read > 0) {
            end += read;
        }
        return read > 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
