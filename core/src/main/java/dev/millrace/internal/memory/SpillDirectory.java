/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The directory that one engine spills to: made when first needed, deleted when the engine closes. A lock file beside it
 * is held for as long as the process lives; whoever makes a directory deletes those whose lock is free, which are the
 * remains of processes that died. Safe for several threads.
 */
public final class SpillDirectory implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SpillDirectory.class.getName());
    private static final String PREFIX = "millrace-spill-";
    private static final String LOCK = ".lock";

    /** Closing any channel on a lock file would give up the lock of this process, so its own are not even opened. */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path parent;
    private @Nullable Path directory;
    private @Nullable FileChannel lock;
    private long files;
    private boolean closed;

    public SpillDirectory(Path parent) {
        this.parent = parent;
    }

    /** A new and empty file. */
    public synchronized SpillFile newFile() throws IOException {
        if (closed) {
            throw new IOException("the engine is closed");
        }
        if (directory == null) {
            directory = make();
        }
        return new SpillFile(directory.resolve(files++ + ".spill"));
    }

    private Path make() throws IOException {
        Files.createDirectories(parent);
        deleteRemains();
        Path made = parent.toRealPath().resolve(PREFIX + UUID.randomUUID());
        Path lockFile = lockOf(made);
        OURS.add(lockFile);
        lock = FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lock.lock();
        return Files.createDirectory(made);
    }

    private static Path lockOf(Path directory) {
        return directory.resolveSibling(directory.getFileName() + LOCK);
    }

    private void deleteRemains() throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent.toRealPath(), PREFIX + "*" + LOCK)) {
            for (Path lockFile : locks) {
                if (!OURS.contains(lockFile)) {
                    deleteIfFree(lockFile);
                }
            }
        }
    }

    private static void deleteIfFree(Path lockFile) {
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            String name = lockFile.getFileName().toString();
            Path remains = lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length()));
            if (held != null && Files.isDirectory(remains)) { // without one, its process may be about to make it
                delete(remains);
                Files.deleteIfExists(lockFile);
            }
        } catch (IOException | OverlappingFileLockException e) {
            LOG.log(System.Logger.Level.DEBUG, "the spill directory of {0} stays: {1}", lockFile, e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (directory == null || lock == null) {
            return;
        }
        try {
            delete(directory);
            Files.deleteIfExists(lockOf(directory));
            lock.close();
            OURS.remove(lockOf(directory));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the spill directory {0} stays: {1}; delete it", directory, e);
        }
        directory = null;
    }
}
