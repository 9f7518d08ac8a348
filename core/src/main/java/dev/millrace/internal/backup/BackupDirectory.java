/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.backup;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.Durably;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.files.OwnerOnly;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A directory with the backups of one checkpoint, {@code backup-1} and so on, for commands that add to it or delete from it: one at a
 * time. A backup that is not whole yet, or no longer, has another name.
 */
public final class BackupDirectory implements AutoCloseable {
    private static final String PREFIX = "backup-";
    private static final String BUILDING = "building";
    private static final String DROPPED = "dropped-";
    private static final String LOCK = "lock";
    private static final Pattern BACKUP = Pattern.compile(PREFIX + "(\\d{1,18})");
    private static final Pattern OURS = Pattern.compile(BACKUP + "|" + BUILDING + "|" + DROPPED + "\\d{1,18}|" + LOCK);

    private final Path directory;
    private final FileStore store;
    private final FileStore.Lock lock;

    private BackupDirectory(Path directory, FileStore store, FileStore.Lock lock) {
        this.directory = directory;
        this.store = store;
        this.lock = lock;
    }

    /**
     * Takes a directory, which is made if it is not there, and deletes what was left unfinished there.
     *
     * @throws CheckpointException if it holds something else than backups, or another command is adding one
     */
    static BackupDirectory open(Path directory) throws IOException {
        FileStore store = new LocalFileStore(directory);
        for (String name : store.list("")) {
            if (!OURS.matcher(name).matches()) {
                throw new CheckpointException("the directory " + directory + " holds " + name
                        + ", which is no backup; name a new or an empty directory, or one that holds backups");
            }
        }
        OwnerOnly.createDirectory(directory);
        FileStore.@Nullable Lock lock = store.tryLock(LOCK);
        if (lock == null) {
            throw new CheckpointException(
                    "another backup into " + directory + " is under way; wait until that has ended");
        }
        BackupDirectory taken = new BackupDirectory(directory, store, lock);
        boolean right = false;
        try {
            taken.deleteUnfinished();
            right = true;
            return taken;
        } finally {
            if (!right) {
                taken.close();
            }
        }
    }

    private void deleteUnfinished() throws IOException {
        for (String name : store.list("")) {
            if (name.equals(BUILDING) || name.startsWith(DROPPED)) {
                store.delete(name);
            }
        }
    }

    /** The numbers of the backups in a directory, in order; none if there is no such directory. */
    static List<Long> numbers(Path directory) throws IOException {
        return new LocalFileStore(directory)
                .list("").stream()
                        .map(BACKUP::matcher)
                        .filter(Matcher::matches)
                        .map(name -> Long.parseLong(name.group(1)))
                        .sorted()
                        .toList();
    }

    /** The path of the backup of a number. */
    static Path path(Path directory, long number) {
        return directory.resolve(PREFIX + number);
    }

    /** The newest backup; null if there is none. */
    static @Nullable Path newest(Path directory) throws IOException {
        List<Long> numbers = numbers(directory);
        return numbers.isEmpty() ? null : path(directory, numbers.get(numbers.size() - 1));
    }

    /** The newest whose manifest can be read, to share files with; null if there is none. */
    @Nullable
    Path newestReadable(UUID checkpointId, String source) throws IOException {
        List<Long> numbers = numbers(directory);
        for (int i = numbers.size() - 1; i >= 0; i--) {
            Path backup = path(directory, numbers.get(i));
            BackupManifest manifest = manifest(backup);
            if (manifest != null && !manifest.checkpointId().equals(checkpointId)) {
                throw new CheckpointException("the directory " + directory + " holds backups of the checkpoint "
                        + manifest.checkpointId() + ", and " + source + " is the checkpoint " + checkpointId
                        + "; name another directory");
            }
            if (manifest != null) {
                return backup;
            }
        }
        return null;
    }

    private static @Nullable BackupManifest manifest(Path backup) throws IOException {
        try {
            return BackupManifest.read(new LocalFileStore(backup));
        } catch (CheckpointException damaged) {
            return null;
        }
    }

    /** Returns whether a path, which need not be there, is in a directory, or is it, whatever links lead there. */
    static boolean isWithin(Path path, Path directory) throws IOException {
        return real(path.toAbsolutePath()).startsWith(real(directory.toAbsolutePath()));
    }

    private static Path real(Path path) throws IOException {
        Path parent = path.getParent();
        return Files.exists(path) || parent == null
                ? path.toRealPath()
                : real(parent).resolve(path.getFileName()).normalize();
    }

    /** The directory in which the next one is built. */
    Path building() {
        return directory.resolve(BUILDING);
    }

    /** Writes the file that makes a backup of what was built. */
    void sign(BackupManifest manifest) throws IOException {
        try (FileStore.Appender file = store.create(BUILDING + "/" + Ownership.BACKUP)) {
            file.append(manifest.encode());
            file.sync();
        }
    }

    /** Makes what was built the newest backup. */
    Path publish() throws IOException {
        List<Long> numbers = numbers(directory);
        Path backup = path(directory, numbers.isEmpty() ? 1 : numbers.get(numbers.size() - 1) + 1);
        Durably.move(building(), backup);
        return backup;
    }

    /**
     * Deletes all but the newest backups.
     *
     * @return those that were deleted, the oldest first
     */
    public static List<Path> deleteOld(Path directory, int keep) {
        try (BackupDirectory taken = open(directory)) {
            return taken.deleteOld(keep);
        } catch (IOException e) {
            throw new CheckpointException(
                    "the old backups in " + directory + " cannot be deleted: " + e + "; check the path and its rights",
                    e);
        }
    }

    private List<Path> deleteOld(int keep) throws IOException {
        List<Long> numbers = numbers(directory);
        List<Long> old = numbers.subList(0, Math.max(0, numbers.size() - keep));
        for (long number : old) {
            store.rename(PREFIX + number, DROPPED + number); // in one step, so that half of it cannot be restored
            store.delete(DROPPED + number);
        }
        return old.stream().map(number -> path(directory, number)).toList();
    }

    @Override
    public void close() {
        lock.close();
    }
}
