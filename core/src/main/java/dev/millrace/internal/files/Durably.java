/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.files;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Changes of directories that are durable when the call returns: an entry is, once its directory is synced. */
public final class Durably {
    private Durably() {}

    /** Creates a directory and those above it that are missing. */
    public static Path createDirectories(Path directory) throws IOException {
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(directory)) {
            createDirectories(parent);
            Files.createDirectories(directory); // others may create it at the same time
            sync(parent);
        }
        return directory;
    }

    /** Moves in one step, within a file system. */
    public static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        @Nullable Path parent = to.toAbsolutePath().getParent();
        if (parent != null) {
            sync(parent);
        }
    }

    /** Writes a file. */
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes a new file, which is open until it is synced with others. */
    public static void write(Path file, Content content, SyncGroup syncs) throws IOException {
        FileOutputStream out = new FileOutputStream(file.toFile());
        try {
            content.writeTo(out);
        } catch (Throwable e) {
            out.close();
            throw e;
        }
        syncs.add(() -> {
            try (out) {
                out.getFD().sync();
            }
        });
    }

    /** Makes the entries of a directory durable. */
    public static void sync(Path directory) throws IOException {
        Uninterrupted.call(() -> {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
            return directory;
        });
    }
}
