/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.internal.files.OwnerOnly;
import dev.millrace.internal.files.Remains;
import dev.millrace.internal.files.Uninterrupted;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The directory that one engine spills to: made when first needed, deleted when the engine closes. A lock file beside it
 * is held for as long as the process lives; a process that makes a directory deletes those whose lock is free, which are the
 * remains of processes of the same account that died. Safe for several threads.
 */
public final class SpillDirectory implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.memory");
    private static final String PREFIX = "millrace-spill-";
    private static final String LOCK = ".lock";
    private static final String SPILLED = ".spill";

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

    /** The directory that the user has named. */
    Path parent() {
        return parent;
    }

    /** A new and empty file. */
    public SpillFile newFile() throws IOException {
        return new SpillFile(newPath());
    }

    /** The path of a file, which the caller makes. */
    public synchronized Path newPath() throws IOException {
        if (closed) {
            throw new IOException("the engine is closed");
        }
        if (directory == null) {
            directory = make();
        }
        return directory.resolve(files++ + SPILLED);
    }

    private Path make() throws IOException {
        OwnerOnly.createDirectory(parent);
        Path made = parent.toRealPath().resolve(PREFIX + UUID.randomUUID());
        Path lockFile = lockOf(made);
        OURS.add(lockFile);
        lock = Uninterrupted.call(() -> locked(lockFile));
        deleteRemains(lockFile);
        return Files.createDirectory(
                made, OwnerOnly.directory(made)); // fails if another process saw the lock file and was faster
    }

    private static FileChannel locked(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OwnerOnly.file(file));
        try {
            channel.lock();
        } catch (IOException e) {
            channel.close();
            Files.delete(file); // made anew if it is tried again
            throw e;
        }
        return channel;
    }

    private static Path lockOf(Path directory) {
        return directory.resolveSibling(directory.getFileName() + LOCK);
    }

    private void deleteRemains(Path own) throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent.toRealPath(), PREFIX + "*" + LOCK)) {
            for (Path lockFile : locks) {
                if (!OURS.contains(lockFile) && isLikeOwn(lockFile, own)) {
                    deleteIfFree(lockFile);
                }
            }
        }
    }

    /** Other users may put there what they like, such as a pipe without a reader, and exchange it at any moment. */
    private static boolean isLikeOwn(Path lockFile, Path own) {
        try {
            return Files.isRegularFile(lockFile, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(lockFile, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own));
        } catch (IOException e) {
            return false; // its process has just deleted it
        } catch (UnsupportedOperationException e) {
            return true;
        }
    }

    private static void deleteIfFree(Path lockFile) {
        String name = lockFile.getFileName().toString();
        Path remains = lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length()));
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock held = channel.tryLock()) {
            // without a directory, its process may be about to make it
            if (held != null && Files.exists(remains, LinkOption.NOFOLLOW_LINKS)) {
                delete(remains);
                Files.deleteIfExists(lockFile);
            }
        } catch (NotDirectoryException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} has the name of a spill directory and is none, perhaps a link to one; nothing was deleted there:"
                            + " find out who left it, and delete it",
                    remains);
        } catch (IOException | OverlappingFileLockException e) {
            LOG.log(System.Logger.Level.DEBUG, "the spill directory of {0} stays: {1}", lockFile, e);
        }
    }

    private static void delete(Path directory) throws IOException {
        Remains.delete(directory, file -> file.toString().endsWith(SPILLED));
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
