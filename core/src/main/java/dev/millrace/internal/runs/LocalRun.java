/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.FileHeader;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run in a file that the engine owns. It is open for look-ups until it is closed: a file, not a channel, because an interrupt
 * closes a channel for all its readers. A reader that goes through all of it has a stream of its own.
 */
public final class LocalRun implements RunBytes {
    private static final String REMEDY = "; check the disk of millrace.memory.spillDirectory";

    private final Path path;
    private final RandomAccessFile file; // the lock of its position
    private final @Nullable StoredRun linked;

    public LocalRun(Path path) throws IOException {
        this(path, null);
    }

    /** @param linked the file of a checkpoint to which the path is a link, for what is said of damage */
    LocalRun(Path path, @Nullable StoredRun linked) throws IOException {
        this.path = path;
        this.linked = linked;
        file = new RandomAccessFile(path.toFile(), "r");
    }

    /** Writes one to a file that it makes; nothing is synced, since the file is of no use after a crash. */
    public static RunWriter writer(Path path) throws IOException {
        return new RunWriter(
                LocalFileStore.unsynced(
                        Objects.requireNonNull(path.toAbsolutePath().getParent())),
                path.getFileName().toString(),
                CheckpointIdentity.NONE,
                new Schemas()); // of this program, which knows them
    }

    public Path path() {
        return path;
    }

    @Override
    public InputStream open(long offset) throws IOException {
        FileInputStream in = new FileInputStream(path.toFile());
        boolean skipped = false;
        try {
            in.skipNBytes(offset);
            skipped = true;
        } finally {
            if (!skipped) {
                in.close();
            }
        }
        return new BufferedInputStream(in, 1 << 16);
    }

    @Override
    public int read(long offset, byte[] to, int length) throws IOException {
        synchronized (file) {
            file.seek(offset);
            int read = 0;
            while (read < length) {
                int more = file.read(to, read, length - read);
                if (more < 0) {
                    break;
                }
                read += more;
            }
            return read;
        }
    }

    /** The engine made the file, and no other program knows its name. */
    @Override
    public void check(FileHeader header) {}

    @Override
    public MillraceException damaged(long at, String what) {
        if (linked != null) {
            return linked.damaged(at, what);
        }
        return new MillraceException(
                "the spilled data in " + path + " is damaged at byte " + at + ": " + what + REMEDY);
    }

    @Override
    public MillraceException unreadable(IOException cause) {
        return new MillraceException("the spilled data in " + path + " cannot be read: " + cause + REMEDY, cause);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }
}
