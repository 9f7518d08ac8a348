/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.io.MalformedInput;
import dev.millrace.spi.FileFormat;
import dev.millrace.spi.FilePart;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Lines of UTF-8. A file whose name ends in {@code .gz} is decompressed, and not cut. */
public final class TextFormat implements FileFormat<String> {
    private static final int GZIP_BUFFER = 64 * 1024;

    private final MalformedInput malformed;
    private final int maxLineBytes;

    public TextFormat(MalformedInput malformed, int maxLineBytes) {
        this.malformed = malformed;
        this.maxLineBytes = maxLineBytes;
    }

    @Override
    public long splitUnit(Path file) {
        return isCompressed(file) ? 0 : 1;
    }

    private static boolean isCompressed(Path file) {
        return FileNames.of(file).toString().endsWith(".gz");
    }

    @Override
    public Iterator<String> read(FilePart part) throws IOException {
        String name = "file " + FilePaths.text(part.path());
        boolean compressed = isCompressed(part.path());
        InputStream in = part.open(0);
        byte[] head;
        try {
            in = compressed ? new GZIPInputStream(in, GZIP_BUFFER) : in;
            head = in.readNBytes(ForeignFormats.HEAD);
        } catch (ZipException | EOFException e) {
            return foreign(
                    name,
                    part,
                    new byte[0],
                    "its name ends in .gz, and it is not compressed with gzip (" + Causes.text(e) + ")",
                    "correct its name or the file");
        }
        @Nullable String format = ForeignFormats.of(head);
        if (format != null) {
            return foreign(name, part, head, "it " + format, ForeignFormats.change(format));
        }
        LineReader lines = new LineReader(
                in,
                name,
                head,
                compressed ? GZIP_BUFFER : part.size() - part.from(),
                malformed,
                maxLineBytes,
                compressed);
        return new LineIterator(lines, part.from(), compressed ? Long.MAX_VALUE : part.until());
    }

    /** Each part of the file sees the same, and the first tells. */
    private Iterator<String> foreign(String name, FilePart part, byte[] head, String problem, String change) {
        if (part.from() == 0 || !malformed.putsAside()) {
            malformed.refuse(
                    name + " byte 0",
                    Arrays.copyOf(head, Math.min(head.length, 16)),
                    problem,
                    change + MalformedInput.orSet("quarantine"));
        }
        return Collections.emptyIterator();
    }
}
