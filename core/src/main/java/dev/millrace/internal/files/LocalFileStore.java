/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.files;

import dev.millrace.internal.errors.Causes;
import dev.millrace.spi.FileStore;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files of the local file system, which only the process's own account can read, unless they are to be published.
 * Streams, not channels, write: an interrupt must not close a file. Calls that only a channel has are repeated after an interrupt.
 */
public final class LocalFileStore implements FileStore {
    /** The stream copies what it writes to memory that it asks the system for; that is dear when it is much at once. */
    private static final int WRITE_BYTES = 1 << 16;

    private static final String DIRECTORY = "it is a directory";

    private static final Set<OpenOption> LOCKING =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet(); // by this process

    /** Opened while classes of another loader in this process had the lock: closing one would take the lock from them. */
    private static final Map<Path, FileChannel> KEPT_OPEN = new ConcurrentHashMap<>();

    private final Path root;
    private final boolean synced;
    private final boolean published;

    public LocalFileStore(Path root) {
        this(root, true, false);
    }

    private LocalFileStore(Path root, boolean synced, boolean published) {
        this.root = root.toAbsolutePath();
        this.synced = synced;
        this.published = published;
    }

    /** Files that need not survive: a sync does nothing. */
    public static LocalFileStore unsynced(Path root) {
        return new LocalFileStore(root, false, false);
    }

    /** Files for others, with the rights that the umask of the process gives. */
    public static LocalFileStore published(Path root) {
        return new LocalFileStore(root, true, true);
    }

    @Override
    public String location() {
        return root.toString();
    }

    /** Gives a file another name, outside the store, under which it stays when it is deleted here; false if that cannot be. */
    public boolean link(String path, Path target) {
        try {
            Files.createLink(target, root.resolve(path));
            return true;
        } catch (IOException | UnsupportedOperationException e) { // on another file system, say
            return false;
        }
    }

    @Override
    public @Nullable Lock tryLock(String path) throws IOException {
        Path file = root.resolve(path);
        Path known = createParentOf(file).toRealPath().resolve(file.getFileName());
        if (!LOCKED.add(known)) {
            return null; // not even opened: closing it would end the lock that this process has
        }
        boolean held = false;
        try {
            Optional<FileChannel> locked = Uninterrupted.call(() -> locked(known));
            held = locked.isPresent();
            return locked.<Lock>map(channel -> () -> unlock(known, channel)).orElse(null);
        } finally {
            if (!held) {
                LOCKED.remove(known);
            }
        }
    }

    /** None if another process has the lock, or classes of another loader. */
    private static Optional<FileChannel> locked(Path file) throws IOException {
        FileChannel kept = KEPT_OPEN.remove(file);
        FileChannel channel =
                kept != null && kept.isOpen() ? kept : FileChannel.open(file, LOCKING, OwnerOnly.file(file));
        try {
            if (channel.tryLock() != null) {
                return Optional.of(channel);
            }
        } catch (OverlappingFileLockException e) {
            KEPT_OPEN.put(file, channel);
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return Optional.empty();
    }

    private static void unlock(Path known, FileChannel channel) {
        if (channel.isOpen()) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                LOCKED.remove(known);
            }
        }
    }

    @Override
    public List<String> list(String directory) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(directory))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException | NotDirectoryException e) { // what cannot be looked at may hold something
            return List.of();
        }
    }

    @Override
    public InputStream open(String path) throws IOException {
        Path file = root.resolve(path);
        if (Files.isDirectory(file)) { // it would be opened, and the first read would fail without its name
            throw new FileSystemException(file.toString(), null, DIRECTORY);
        }
        return new BufferedInputStream(Files.newInputStream(file), 64 * 1024);
    }

    /** Returns whether a file was not opened because a directory has its name. */
    public static boolean isDirectory(FileSystemException failure) {
        return DIRECTORY.equals(failure.getReason());
    }

    @Override
    public InputStream open(String path, long offset) throws IOException {
        FileInputStream in = stream(root.resolve(path));
        try {
            in.skipNBytes(offset);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
        return new BufferedInputStream(in);
    }

    private static FileInputStream stream(Path file) throws IOException {
        try {
            return new FileInputStream(file.toFile());
        } catch (FileNotFoundException e) { // also if it may not be read
            throw Files.exists(file) ? e : new NoSuchFileException(file.toString());
        }
    }

    @Override
    public void sync(String path) throws IOException {
        Path file = root.resolve(path);
        if (Files.isDirectory(file)) {
            Durably.sync(file);
            return;
        }
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            writeAgain(opened);
            opened.getFD().sync();
        }
        Durably.sync(parentOf(file));
    }

    /** Writes the file once more: the system takes the bytes that a sync has failed to write for written. */
    private static void writeAgain(RandomAccessFile file) throws IOException {
        byte[] bytes = new byte[64 * 1024];
        long at = 0;
        for (int read = file.read(bytes); read > 0; read = file.read(bytes)) {
            file.seek(at);
            file.write(bytes, 0, read);
            at += read;
        }
    }

    @Override
    public Appender create(String path) throws IOException {
        Path file = root.resolve(path);
        Path parent = createParentOf(file);
        if (published) { // in both cases the system lets only one do it
            Files.createFile(file);
        } else {
            OwnerOnly.createFile(file);
        }
        FileOutputStream out = new FileOutputStream(file.toFile());
        if (synced) {
            Durably.sync(parent);
        }
        return new Appender() {
            @Override
            public void append(byte[] bytes) throws IOException {
                append(bytes, 0, bytes.length);
            }

            @Override
            public void append(byte[] bytes, int offset, int length) throws IOException {
                try {
                    for (int left = length; left > 0; left -= WRITE_BYTES) {
                        out.write(bytes, offset + (length - left), Math.min(WRITE_BYTES, left));
                    }
                } catch (IOException e) {
                    throw Causes.at(file, e);
                }
            }

            @Override
            public void sync() throws IOException {
                try {
                    if (synced) {
                        out.getFD().sync();
                    }
                } catch (IOException e) {
                    throw Causes.at(file, e);
                }
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Durably.move(root.resolve(from), root.resolve(to));
    }

    @Override
    public void delete(String path) throws IOException {
        Path top = root.resolve(path);
        if (!Files.exists(top, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(top)) {
            for (Path file : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }

    private Path createParentOf(Path file) throws IOException {
        Path parent = parentOf(file);
        return published ? Durably.createDirectories(parent) : OwnerOnly.createDirectories(root, parent);
    }

    private Path parentOf(Path file) {
        Path parent = file.getParent();
        return parent == null ? root : parent;
    }
}
