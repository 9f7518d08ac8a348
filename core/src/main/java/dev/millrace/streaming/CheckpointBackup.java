/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.backup.Backup;
import dev.millrace.internal.backup.BackupDirectory;
import dev.millrace.internal.backup.Restore;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.spi.FileStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Copies of a checkpoint, made while its program runs. A directory takes several of one checkpoint, {@code backup-1} and so on; each is
 * whole by itself, and files that never change are shared with the one before by hard links, where the file system has them. A backup can be
 * read as a checkpoint can, and no program starts from it before it is restored. Immutable.
 *
 * @param path where the backup is
 * @param checkpointId the id of the checkpoint
 * @param lastDecided the last complete batch in it; null before the first
 * @param files how many files it has
 * @param copied how many of them were copied
 * @param copiedBytes how many bytes that were
 * @param linked how many share their bytes with files of the checkpoint
 * @param shared how many share their bytes with files of the backup before
 */
public record CheckpointBackup(
        Path path,
        UUID checkpointId,
        @Nullable BatchTime lastDecided,
        int files,
        int copied,
        long copiedBytes,
        int linked,
        int shared) {

    /** The ways in which files that never change get into another directory. */
    public enum Files {
        /** By a second link to the same bytes, where the file system can do that, else by a copy: takes neither time nor space. */
        LINKED,
        /** By a copy: a disk block that goes bad spoils only one of the two. */
        COPIED
    }

    /**
     * Makes a backup of a checkpoint that a program may be using, and verifies it. Nothing is locked or written in the checkpoint.
     *
     * @param to a directory of backups; made if it is not there
     * @throws CheckpointException if that is not possible, with what to do; earlier backups are left as they are
     */
    public static CheckpointBackup take(Path directory, Path to, Files files) {
        boolean links = files == Files.LINKED;
        return of(Backup.make(new LocalFileStore(directory), directory, to, links, Instant.now()));
    }

    /** The same of a checkpoint on any file system; all files are copied, or shared with the backup before. */
    public static CheckpointBackup take(FileStore checkpoint, Path to) {
        return of(Backup.make(checkpoint, null, to, false, Instant.now()));
    }

    private static CheckpointBackup of(Backup.Made made) {
        long batch = made.manifest().lastDecided();
        return new CheckpointBackup(
                made.path(),
                made.manifest().checkpointId(),
                batch < 0 ? null : new BatchTime(batch),
                made.manifest().files().size(),
                made.copied(),
                made.copiedBytes(),
                made.linked(),
                made.before());
    }

    /**
     * Deletes all backups of a directory but the newest. Files that others share with them stay.
     *
     * @param keep how many stay; at least one
     * @return those that were deleted, the oldest first
     * @throws CheckpointException if that is not possible, or somebody is adding a backup
     */
    public static List<Path> deleteOld(Path to, int keep) {
        if (keep < 1) {
            throw new IllegalArgumentException("keep " + keep + " backups would leave none; keep at least 1");
        }
        return BackupDirectory.deleteOld(to, keep);
    }

    /**
     * A checkpoint that was restored.
     *
     * @param backup from which
     * @param checkpointId the id that it has now
     * @param lastDecided its last complete batch; null before the first
     */
    public record Restored(
            Path backup, UUID checkpointId, @Nullable BatchTime lastDecided) {
        private static Restored of(Restore.Restored restored) {
            long batch = restored.manifest().lastDecided();
            return new Restored(restored.backup(), restored.checkpointId(), batch < 0 ? null : new BatchTime(batch));
        }
    }

    /**
     * Restores the checkpoint itself, with its id: for a program whose directory is gone. Its outputs know it, so its next start tells
     * what they have published since the backup was made. The original must be used no more.
     *
     * @param backup one, or a directory of several, of which the newest is restored
     * @param directory is empty, or not there yet; it appears whole or not at all
     * @throws CheckpointException if that is not possible, with what to do
     */
    public static Restored restore(Path backup, Path directory, Files files) {
        return Restored.of(Restore.same(backup, directory, files == Files.LINKED));
    }

    /**
     * Makes another checkpoint of a backup, for a copy of the program that runs beside the original, such as one for tests: it has the states,
     * windows and positions, the batches to run again and the received data that no batch has taken, and an id of its own. So it fences
     * nobody, and publishes nothing that the original has decided. Batches that were skipped, what was put aside, and batches that can be
     * gone back to stay behind.
     *
     * @param backup one, or a directory of several, of which the newest is taken
     * @param directory is empty, or not there yet; it appears whole or not at all
     * @throws CheckpointException if that is not possible, with what to do
     */
    public static Restored restoreAsNew(Path backup, Path directory) {
        return Restored.of(Restore.another(backup, directory));
    }
}
