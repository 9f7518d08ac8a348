/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.internal.io.MalformedInput;
import dev.millrace.spi.FileFormat;
import dev.millrace.spi.FilePart;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Records of one length each, one after the other. */
public final class FixedRecords implements FileFormat<byte[]> {
    private static final int BUFFER = 128 * 1024;

    private final String operation;
    private final int length;
    private final MalformedInput malformed;

    /**
     * @param operation by which the program reads them, for errors
     * @param length of a record, in bytes
     */
    public FixedRecords(String operation, int length, MalformedInput malformed) {
        if (length < 1) {
            throw new IllegalArgumentException(
                    operation + " of records of " + length + " bytes; a record has at least 1");
        }
        this.operation = operation;
        this.length = length;
        this.malformed = malformed;
    }

    @Override
    public long splitUnit(Path file) {
        return length;
    }

    @Override
    public Iterator<byte[]> read(FilePart part) throws IOException {
        if (part.size() % length != 0) {
            if (part.from() == 0 || !malformed.putsAside()) {
                malformed.refuse(
                        "file " + FilePaths.text(part.path()),
                        new byte[0],
                        "its size of " + part.size() + " bytes is no multiple of the record length of " + length,
                        "correct the length in " + operation + " or the file" + MalformedInput.orSet("quarantine"));
            }
            return Collections.emptyIterator();
        }
        InputStream in = new BufferedInputStream(part.open(), (int)
                Math.min(BUFFER, Math.max(length, part.until() - part.from())));
        return new Iterator<>() {
            private long position = part.from();

            @Override
            public boolean hasNext() {
                return position < part.until();
            }

            @Override
            public byte[] next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                try {
                    byte[] record = in.readNBytes(length);
                    if (record.length < length) {
                        throw new EOFException("the file was cut while it was read");
                    }
                    position += length;
                    return record;
                } catch (IOException e) {
                    throw new UncheckedIOException(
                            "file " + FilePaths.text(part.path()) + " cannot be read at byte " + position, e);
                }
            }
        };
    }
}
