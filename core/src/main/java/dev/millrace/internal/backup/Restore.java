/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.backup;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.AnotherCheckpoint;
import dev.millrace.internal.files.Durably;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.Extent;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.owner.Revocation;
import dev.millrace.internal.start.LoggedBlocks;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.CheckpointVerification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes checkpoints of backups, from which programs start. A backup itself is never changed. */
public final class Restore {
    private static final String BUILDING = ".restoring";
    private static final String CHECKPOINT = "checkpoint";
    private static final String LOCK = "lock";

    private final Path backup;
    private final Path directory;

    private Restore(Path backup, Path directory) {
        this.backup = backup;
        this.directory = directory;
    }

    /**
     * A checkpoint that was restored.
     *
     * @param backup from which
     * @param checkpointId the checkpoint's id
     */
    public record Restored(Path backup, BackupManifest manifest, UUID checkpointId) {}

    /**
     * Restores the checkpoint itself: it has the id that it had, and its outputs know it.
     *
     * @param backup one, or a directory of several, of which the newest is meant
     * @param directory an empty directory, or one that is not there
     * @param links whether files that never change may be links to those of the backup
     */
    public static Restored same(Path backup, Path directory, boolean links) {
        return carryOut(backup, directory, (restore, manifest, to) -> {
            restore.checkNobodyRuns(manifest);
            restore.copy(manifest, to, links);
            return manifest.checkpointId();
        });
    }

    /** Makes another checkpoint of a backup: with what that holds, and an id of its own. */
    public static Restored another(Path backup, Path directory) {
        return carryOut(backup, directory, (restore, manifest, to) -> {
            FileStore from = new LocalFileStore(restore.backup);
            return AnotherCheckpoint.write(
                    from, new LocalFileStore(to), contents -> LoggedBlocks.untaken(from, contents)::copyTo);
        });
    }

    private interface Way {
        UUID take(Restore restore, BackupManifest manifest, Path to) throws IOException;
    }

    private static Restored carryOut(Path named, Path directory, Way way) {
        try {
            Path backup = backup(named);
            BackupManifest manifest = manifest(backup);
            Restore restore = new Restore(backup, directory);
            restore.checkPlace(named);
            UUID id = restore.build(manifest, way);
            return new Restored(backup, manifest, id);
        } catch (IOException | UncheckedIOException e) {
            throw new CheckpointException(
                    named + " cannot be restored into " + directory + ": "
                            + (e instanceof UncheckedIOException ? e.getCause() : e)
                            + "; check the paths, their rights and the free space",
                    e);
        }
    }

    private static Path backup(Path named) throws IOException {
        Path newest = BackupDirectory.newest(named);
        return newest == null ? named : newest;
    }

    private static BackupManifest manifest(Path backup) throws IOException {
        BackupManifest manifest = BackupManifest.read(new LocalFileStore(backup));
        if (manifest == null) {
            throw new CheckpointException(backup + " is no backup, nor a directory of backups; name what 'millrace"
                    + " checkpoint backup' has made");
        }
        CheckpointVerification found = CheckpointVerification.of(backup);
        if (!found.isRight()) {
            throw new CheckpointException(
                    "the backup " + backup + " is not whole: " + Backup.damage(found) + "; restore another one");
        }
        return manifest;
    }

    private void checkPlace(Path named) throws IOException {
        if (BackupDirectory.isWithin(directory, named)) {
            throw new CheckpointException(
                    directory + " is in " + named + ", where only backups are; name a directory elsewhere");
        }
        if (Files.exists(directory)
                && (!Files.isDirectory(directory)
                        || !new LocalFileStore(directory).list("").isEmpty())) {
            throw new CheckpointException(
                    directory + " is not empty, and nothing is restored over what is there; stop the program that uses"
                            + " it, move it away, and restore again, or name another directory");
        }
    }

    /** As far as this machine can tell: a program on another one that still has the checkpoint is not found. */
    private void checkNobodyRuns(BackupManifest manifest) throws IOException {
        FileStore original = new LocalFileStore(Path.of(manifest.from()));
        List<Ownership.Running> running = original.list("owners").isEmpty() || !isSame(original, manifest)
                ? List.of()
                : Ownership.running(original);
        if (!running.isEmpty()) {
            throw new CheckpointException("the checkpoint " + manifest.checkpointId() + " is in use in "
                    + manifest.from() + " by " + running.get(running.size() - 1).who()
                    + ", and two programs with one checkpoint would publish the same batches into the same outputs;"
                    + " stop it first, or restore as another checkpoint, for a copy beside it: --as-new-checkpoint");
        }
    }

    private static boolean isSame(FileStore original, BackupManifest manifest) throws IOException {
        return Ownership.filesIn(original).checkpointId().equals(manifest.checkpointId());
    }

    private UUID build(BackupManifest manifest, Way way) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        Path building = absolute.resolveSibling(absolute.getFileName() + BUILDING);
        FileStore store = new LocalFileStore(building);
        try (FileStore.@Nullable Lock lock = store.tryLock(LOCK)) {
            if (lock == null) {
                throw new CheckpointException(
                        "another restore into " + directory + " is under way; wait until that has ended");
            }
            store.delete(CHECKPOINT); // of one that was broken off
            try {
                UUID id = way.take(this, manifest, building.resolve(CHECKPOINT));
                Files.deleteIfExists(absolute); // it is empty
                Durably.move(building.resolve(CHECKPOINT), absolute);
                return id;
            } finally {
                store.delete("");
            }
        }
    }

    /** Copies the files, and takes the checkpoint for a moment: a program that has lost it, and comes back, finds that it was taken over. */
    private void copy(BackupManifest manifest, Path to, boolean links) throws IOException {
        Copier copier =
                new Copier(new LocalFileStore(backup), backup, links, to, null, Collections.emptyNavigableMap());
        copier.begin();
        for (var file : manifest.files().entrySet()) {
            BackupManifest.Entry entry = file.getValue();
            copier.take(new Extent(file.getKey(), entry.bytes(), entry.isClosed()));
        }
        copier.finish();
        if (!copier.files().equals(manifest.files())) {
            throw new CheckpointException("the backup " + backup + " has changed while it was restored; restore again");
        }
        Ownership.claim(new LocalFileStore(to), false, "end it", new Revocation("restore"))
                .close();
    }
}
