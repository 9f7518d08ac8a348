/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.backup;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.files.ReadOnlyStore;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointVerification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes backups. Of the checkpoint that is backed up nothing is locked, and no file of it is written. */
public final class Backup {
    private static final int ATTEMPTS = 10;

    /** Before that, what looks like damage may be a moment between two files. */
    private static final int SURE = 3;

    private final FileStore source;
    private final CheckpointFiles files;
    private final BackupDirectory directory;
    private final FileStore building;
    private final Copier copier;
    private final Instant taken;

    private Backup(FileStore source, CheckpointFiles files, BackupDirectory directory, Copier copier, Instant taken) {
        this.source = source;
        this.files = files;
        this.directory = directory;
        building = new LocalFileStore(directory.building());
        this.copier = copier;
        this.taken = taken;
    }

    /**
     * A backup that was made.
     *
     * @param path where it is
     * @param copied how many files were copied
     * @param copiedBytes of these
     * @param linked how many files are links to those of the checkpoint
     * @param before how many files are links to those of the backup before it
     */
    public record Made(Path path, BackupManifest manifest, int copied, long copiedBytes, int linked, int before) {}

    /**
     * Makes one.
     *
     * @param local where the files of {@code source} are; null if they are on no local file system
     * @param to the directory of backups
     * @param links whether files that never change may be links to those of the checkpoint
     * @param taken the time now
     * @throws CheckpointException if that is not possible, with what to do; the backups in {@code to} stay as they are
     */
    public static Made make(FileStore source, @Nullable Path local, Path to, boolean links, Instant taken) {
        try {
            checkPlace(source, local, to);
            CheckpointFiles files = Ownership.filesIn(new ReadOnlyStore(source));
            if (files.checkpointId().equals(CheckpointIdentity.NONE.checkpointId())) {
                throw unusable(source);
            }
            try (BackupDirectory directory = BackupDirectory.open(to)) {
                Path before = directory.newestReadable(files.checkpointId(), source.location());
                NavigableMap<String, BackupManifest.Entry> had = before == null
                        ? Collections.emptyNavigableMap()
                        : Objects.requireNonNull(BackupManifest.read(new LocalFileStore(before)))
                                .files();
                Copier copier = new Copier(source, local, links, directory.building(), before, had);
                return new Backup(source, files, directory, copier, taken).make();
            }
        } catch (IOException | UncheckedIOException e) {
            throw new CheckpointException(
                    "the checkpoint " + source.location() + " cannot be backed up into " + to + ": "
                            + (e instanceof UncheckedIOException ? e.getCause() : e)
                            + "; check the paths, their rights and the free space",
                    e);
        }
    }

    private static void checkPlace(FileStore source, @Nullable Path local, Path to) throws IOException {
        if (local != null && BackupDirectory.isWithin(to, local)) {
            throw new CheckpointException("the backups of " + source.location() + " cannot be in it, and " + to
                    + " is; name a directory elsewhere, best on another disk");
        }
        if (source.list("").contains(Ownership.BACKUP)) {
            throw new CheckpointException(source.location()
                    + " is a backup itself, which nobody changes; copy it as it is, or name the directory of the"
                    + " program's checkpoint");
        }
    }

    private Made make() throws IOException {
        try {
            BackupManifest manifest = attempts();
            Path path = directory.publish();
            Copier.Counts counts = copier.counts();
            return new Made(path, manifest, counts.copied(), counts.copiedBytes(), counts.linked(), counts.before());
        } catch (IOException | RuntimeException e) { // such as a full disk, which is to get back what it gave
            try {
                building.delete("");
            } catch (IOException alsoWrong) {
                e.addSuppressed(alsoWrong);
            }
            throw e;
        }
    }

    private BackupManifest attempts() throws IOException {
        Outcome outcome = attempt();
        for (int attempt = 1; outcome.manifest() == null && attempt < ATTEMPTS; attempt++) {
            if (!outcome.gone()) {
                copier.distrustBefore();
            }
            checkSource(outcome.gone() || attempt < SURE);
            outcome = attempt();
        }
        if (outcome.manifest() == null) {
            throw new CheckpointException("the checkpoint " + source.location()
                    + " has changed faster than it could be copied, " + ATTEMPTS + " times ("
                    + outcome.failure().replace(building.location(), source.location())
                    + "); back it up into a directory of the same file system, when its program has less to do, or with a"
                    + " larger millrace.streaming.checkpoint.retainedBatches, which keeps files for longer");
        }
        return outcome.manifest();
    }

    /**
     * The result of an attempt.
     *
     * @param manifest null if it has failed
     * @param gone whether something was missing, which a program that runs may have deleted
     */
    private record Outcome(@Nullable BackupManifest manifest, String failure, boolean gone) {}

    private Outcome attempt() throws IOException {
        building.delete(Ownership.BACKUP);
        try {
            BackupManifest manifest = manifest(new OneCopy(files, building, copier).make());
            directory.sign(manifest);
            CheckpointVerification found = CheckpointVerification.of(building);
            return found.isRight() ? new Outcome(manifest, "", false) : new Outcome(null, damage(found), false);
        } catch (NoSuchFileException | CheckpointException e) {
            return new Outcome(null, String.valueOf(e.getMessage()), e instanceof NoSuchFileException);
        }
    }

    private BackupManifest manifest(@Nullable BatchTime lastDecided) throws IOException {
        List<CheckpointIdentity> runs = Ownership.programRuns(building);
        CheckpointIdentity last = runs.isEmpty() ? CheckpointIdentity.NONE : runs.get(runs.size() - 1);
        return new BackupManifest(
                files.checkpointId(),
                last.epoch(),
                last.runId(),
                lastDecided == null ? -1 : lastDecided.milliseconds(),
                taken,
                source.location(),
                copier.files());
    }

    /**
     * Throws if another attempt would be of no use.
     *
     * @param believed whether its files need not be read to tell
     */
    private void checkSource(boolean believed) throws IOException {
        if (source.list("").isEmpty()) {
            throw new CheckpointException("the checkpoint " + source.location()
                    + " was deleted or moved away while it was backed up; correct the path, and back it up again");
        }
        boolean isEmpty =
                source.list("journal").isEmpty() && source.list("snapshots").isEmpty();
        if (isEmpty || !believed && !CheckpointVerification.of(source).isRight()) {
            throw unusable(source);
        }
    }

    private static CheckpointException unusable(FileStore source) throws IOException {
        if (source.list("journal").isEmpty() && source.list("snapshots").isEmpty()) {
            return new CheckpointException("there is nothing to back up in " + source.location()
                    + ": no program has begun a checkpoint there; correct the path, or start the program first");
        }
        return new CheckpointException("the checkpoint " + source.location()
                + " is not whole, and a backup of it would be of no use: "
                + damage(CheckpointVerification.of(source))
                + ". Earlier backups are left as they are; 'millrace checkpoint verify " + source.location()
                + "' tells of each file");
    }

    static String damage(CheckpointVerification found) {
        return found.files().stream()
                .filter(file -> file.state() == CheckpointVerification.State.DAMAGED)
                .map(CheckpointVerification.File::finding)
                .findFirst()
                .orElse(String.valueOf(found.refused()));
    }
}
