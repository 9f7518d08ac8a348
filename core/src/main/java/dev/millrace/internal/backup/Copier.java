/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.backup;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.Durably;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.files.OwnerOnly;
import dev.millrace.internal.files.SyncGroup;
import dev.millrace.internal.log.Extent;
import dev.millrace.internal.log.FileHeader;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.spi.FileStore;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts files into a directory: by a second link to the file where it never changes again, else by a copy. A copy that was made before has
 * many of them already.
 */
final class Copier {
    private static final int BUFFER = 1 << 16;

    private final FileStore source;
    private final @Nullable Path linked;
    private final @Nullable Path local;
    private final Path target;
    private @Nullable Path before;
    private final NavigableMap<String, BackupManifest.Entry> had;
    private final NavigableMap<String, BackupManifest.Entry> files = new TreeMap<>();
    private final Set<String> wanted = new TreeSet<>();
    private final Set<String> asBefore = new TreeSet<>();
    private final Set<String> asLinks = new TreeSet<>();
    private final SyncGroup syncs = new SyncGroup();

    /**
     * @param local where the files of {@code source} are; null if they are on no local file system
     * @param links whether files may share their bytes with those of the source
     * @param target an empty directory, or one that is not there
     * @param before a directory that was made before in this way; null if there is none
     * @param had the files of it
     */
    Copier(
            FileStore source,
            @Nullable Path local,
            boolean links,
            Path target,
            @Nullable Path before,
            NavigableMap<String, BackupManifest.Entry> had) {
        this.source = source;
        this.local = local;
        linked = links ? local : null;
        this.target = target;
        this.before = before;
        this.had = had;
    }

    /** Shares nothing with the copy that was made before, which may have been spoiled since. */
    void distrustBefore() throws IOException {
        before = null;
        for (String path : List.copyOf(asBefore)) {
            forget(path);
        }
    }

    /** Begins anew; what is there of files that never change is not copied again. */
    void begin() {
        wanted.clear();
    }

    /** Takes a file of which only the first bytes count, now that these are durable, or a whole file that may be replaced. */
    void take(Extent extent) throws IOException {
        if (extent.isClosed()) {
            closed(extent.path(), extent.bytes());
        } else {
            if (local != null) {
                Durably.sync(local.resolve(extent.path())); // its program may not have come to that
            }
            wanted.add(extent.path());
            forget(extent.path());
            copy(extent.path(), extent.bytes(), false);
        }
    }

    /** Takes a whole file that is not changed any more, and that says what it is. */
    void closed(String path) throws IOException {
        closed(path, -1);
    }

    /** Does without a file after all. */
    void leave(String path) {
        wanted.remove(path);
    }

    private void closed(String path, long bytes) throws IOException {
        if (wanted.add(path) && !isThere(path)) {
            forget(path);
            if (!linkToBefore(path) && !linkToSource(path, bytes)) {
                copy(path, bytes, true);
            }
        }
    }

    private boolean isThere(String path) throws IOException {
        BackupManifest.Entry entry = files.get(path);
        return entry != null && entry.isClosed() && isSame(path, target, entry);
    }

    private void forget(String path) throws IOException {
        Files.deleteIfExists(target.resolve(path));
        files.remove(path);
        asBefore.remove(path);
        asLinks.remove(path);
    }

    private boolean linkToBefore(String path) throws IOException {
        BackupManifest.Entry entry = had.get(path);
        if (before == null || entry == null || !entry.isClosed() || !isSame(path, before, entry)) {
            return false;
        }
        boolean isShared = linked == null && isOneFile(path, before); // which is not wanted this time
        if (!isShared && link(before.resolve(path), path)) {
            files.put(path, entry);
            asBefore.add(path);
            return true;
        }
        return false;
    }

    private boolean linkToSource(String path, long bytes) throws IOException {
        if (linked == null || !link(linked.resolve(path), path)) {
            return false;
        }
        Path file = target.resolve(path);
        if (bytes >= 0 && Files.size(file) != bytes) { // a program that was fenced has gone on writing there
            Files.delete(file);
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            files.put(path, BackupManifest.Entry.of(in, true));
        }
        asLinks.add(path);
        return true;
    }

    /** False if the file system has no links, or not between these places, or not as many. */
    private boolean link(Path existing, String path) throws IOException {
        try {
            Files.createLink(within(path), existing);
            return true;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            return false;
        }
    }

    private Path within(String path) throws IOException {
        Path file = target.resolve(path);
        OwnerOnly.createDirectories(target, Objects.requireNonNull(file.getParent()));
        return file;
    }

    /** Returns whether a file of an earlier copy is the one that the source has under this path. */
    private boolean isSame(String path, Path directory, BackupManifest.Entry entry) throws IOException {
        if (!Files.exists(directory.resolve(path))) {
            return false;
        }
        if (isOneFile(path, directory)) {
            return true;
        }
        FileHeader header = header(source, path);
        if (header != null) {
            return header.equals(header(new LocalFileStore(directory), path)); // each run writes a file once
        }
        try (InputStream in = source.open(path)) {
            return BackupManifest.Entry.of(in, true).equals(entry);
        }
    }

    /** Null if the file has none. */
    private static @Nullable FileHeader header(FileStore store, String path) throws IOException {
        try {
            return FrameReader.headerOf(store, path);
        } catch (CheckpointException e) {
            return null;
        }
    }

    private boolean isOneFile(String path, Path directory) throws IOException {
        return local != null && Files.isSameFile(local.resolve(path), directory.resolve(path));
    }

    /** @param bytes how many of the first; -1 for all */
    private void copy(String path, long bytes, boolean isClosed) throws IOException {
        Path file = OwnerOnly.createFile(within(path));
        CRC32C checksum = new CRC32C();
        try (InputStream in = source.open(path)) {
            Durably.write(file, out -> transfer(in, bytes, new CheckedOutputStream(out, checksum)), syncs);
        }
        long copied = Files.size(file);
        if (copied < bytes) {
            throw new NoSuchFileException(path, null, "it has become shorter while it was copied");
        }
        files.put(path, new BackupManifest.Entry(copied, (int) checksum.getValue(), isClosed));
    }

    private static void transfer(InputStream in, long bytes, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long left = bytes < 0 ? Long.MAX_VALUE : bytes;
        for (int read = 0; left > 0 && read >= 0; left -= read) {
            read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            out.write(buffer, 0, Math.max(0, read));
        }
    }

    /** Ends: deletes what is there and was not taken since {@link #begin}, and makes all that was durable. */
    void finish() throws IOException {
        syncs.run();
        files.keySet().retainAll(wanted);
        List<Path> all;
        try (Stream<Path> found = Files.walk(target)) {
            all = found.toList();
        }
        for (Path path : all) {
            if (Files.isDirectory(path)) {
                Durably.sync(path);
            } else if (!wanted.contains(name(path))) {
                Files.delete(path);
            }
        }
    }

    private String name(Path file) {
        return target.relativize(file).toString().replace(File.separatorChar, '/');
    }

    /** The files taken, by path. */
    NavigableMap<String, BackupManifest.Entry> files() {
        return files;
    }

    /** Counts what was taken: the files that were copied and their bytes, those that are the source's, and those that were there before. */
    Counts counts() {
        Set<String> copied = new TreeSet<>(files.keySet());
        copied.removeAll(asBefore);
        copied.removeAll(asLinks);
        long bytes = copied.stream()
                .mapToLong(path -> Objects.requireNonNull(files.get(path)).bytes())
                .sum();
        return new Counts(copied.size(), bytes, asLinks.size(), asBefore.size());
    }

    /**
     * The numbers of files taken, by the way they were taken.
     *
     * @param copiedBytes of the copied ones
     */
    record Counts(int copied, long copiedBytes, int linked, int before) {}
}
