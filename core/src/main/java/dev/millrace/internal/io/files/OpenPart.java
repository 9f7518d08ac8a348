/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.spi.FilePart;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A split while a task reads it; closes what was opened. */
final class OpenPart implements FilePart, AutoCloseable {
    private final FileSplit split;
    private final Path path;
    private final List<InputStream> opened = new ArrayList<>();

    OpenPart(FileSplit split) {
        this.split = split;
        path = FilePaths.of(split.path());
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public long from() {
        return split.from();
    }

    @Override
    public long until() {
        return split.until();
    }

    @Override
    public long size() {
        return split.size();
    }

    @Override
    public InputStream open(long position) throws IOException {
        InputStream in = Files.newInputStream(path);
        opened.add(in);
        if (Files.size(path) < split.size()) {
            throw new ShrunkFileException(Files.size(path), split.size());
        }
        in.skipNBytes(position);
        return new Limited(in, split.size() - position);
    }

    @Override
    public void close() throws IOException {
        for (InputStream in : opened) {
            in.close();
        }
    }

    /** Ends after some bytes. */
    private static final class Limited extends FilterInputStream {
        private long left;

        Limited(InputStream in, long bytes) {
            super(in);
            left = bytes;
        }

        @Override
        public int read() throws IOException {
            int value = left > 0 ? super.read() : -1;
            left -= value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left <= 0) {
                return length == 0 ? 0 : -1;
            }
            int read = super.read(target, offset, (int) Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(Math.min(bytes, left));
            left -= skipped;
            return skipped;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(left, super.available());
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
