/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import dev.millrace.internal.files.OwnerOnly;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Files of lines in UTF-8, some of which are compressed with gzip: lines of a quarantine resemble each other. */
final class LineFiles {
    private static final int BUFFER = 1 << 13;
    private static final int GZIP = 0x1f8b;

    private LineFiles() {}

    /** Writes a file, in place of what may be there; durable on return if {@code synced}. */
    static Path write(Path file, Iterator<String> lines, boolean compressed, boolean synced) throws IOException {
        OwnerOnly.createDirectory(file.resolveSibling(""));
        Files.deleteIfExists(file); // of a batch that failed in the middle, or a link in its place
        OwnerOnly.createFile(file);
        try (FileOutputStream target = new FileOutputStream(file.toFile())) {
            write(lines, target, compressed);
            if (synced) {
                target.getFD().sync();
            }
            return file;
        } catch (Throwable e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static void write(Iterator<String> lines, OutputStream target, boolean compressed) throws IOException {
        GZIPOutputStream zipped = compressed ? new Fast(target) : null;
        OutputStream out = new BufferedOutputStream(zipped == null ? target : zipped, BUFFER);
        while (lines.hasNext()) {
            out.write(lines.next().getBytes(StandardCharsets.UTF_8));
            out.write('\n');
        }
        out.flush();
        if (zipped != null) {
            zipped.finish();
        }
    }

    private static final class Fast extends GZIPOutputStream {
        Fast(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    static BufferedReader open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            return open(in);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** The lines of several files, one file after the other. */
    static BufferedReader open(List<Path> files) throws IOException {
        List<InputStream> texts = new ArrayList<>();
        try {
            for (Path file : files) {
                texts.add(text(Files.newInputStream(file)));
            }
        } catch (IOException e) {
            for (InputStream text : texts) {
                text.close();
            }
            throw e;
        }
        return reader(new SequenceInputStream(Collections.enumeration(texts)));
    }

    /** The lines of a file, whether it is compressed or not. */
    static BufferedReader open(InputStream file) throws IOException {
        return reader(text(file));
    }

    private static InputStream text(InputStream file) throws IOException {
        InputStream in = new BufferedInputStream(file, BUFFER);
        in.mark(2);
        boolean compressed = (in.read() << 8 | in.read()) == GZIP;
        in.reset();
        return compressed ? new GZIPInputStream(in, BUFFER) : in;
    }

    private static BufferedReader reader(InputStream text) {
        return new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8));
    }

    static boolean isCompressed(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return (in.read() << 8 | in.read()) == GZIP;
        }
    }
}
