/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The lines that start in a part of a file. */
final class LineIterator implements Iterator<String>, AutoCloseable {
    private final LineReader reader;
    private final long until;
    private @Nullable String next;

    LineIterator(LineReader reader, long from, long until) throws IOException {
        this.reader = reader;
        this.until = until;
        if (from > 0) {
            reader.skipTo(from - 1); // a line that starts right at the cut is ours: the one before ends a byte earlier
            reader.skipLine();
        }
        advance();
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
            String line;
            do {
                line = reader.position() < until ? reader.read() : null;
            } while (line == LineReader.REFUSED);
            next = line;
        } catch (IOException e) {
            throw new UncheckedIOException(reader.place() + " cannot be read", e);
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
