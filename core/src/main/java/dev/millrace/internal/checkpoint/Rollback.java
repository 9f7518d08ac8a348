/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.owner.Revocation;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Takes a checkpoint back to what it was when a batch had been decided, before any later start changed it. That is a snapshot of then, with the plans of the
 * later batches and what is to be taken back behind it. It stands under a number that no journal has, above all others, so
 * it becomes the newest in one rename, and a start that cannot read it does not go on from older files.
 */
public final class Rollback {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.checkpoint");

    private final CheckpointImage image;

    private Rollback(CheckpointImage image) {
        this.image = image;
    }

    /**
     * Returns what would be. Nothing is locked or written.
     *
     * @throws CheckpointException if {@code to} is not a decided batch that is still kept
     */
    public static Rollback plan(FileStore store, BatchTime to) {
        try {
            CheckpointFiles files = Ownership.filesIn(store);
            return Reading.inPassing(files, runs -> read(files, to, runs));
        } catch (IOException e) {
            throw unreadable(store, e);
        }
    }

    /**
     * Takes the checkpoint for this process and goes back. Nothing is written if it is there already.
     *
     * @param check is given what the batches that run again take, and throws if some of that is gone
     * @throws CheckpointException if a program uses it, or {@code to} is not a decided batch that is still kept
     */
    public static Rollback carryOut(
            FileStore store, BatchTime to, Consumer<Map<BatchTime, Map<String, InputSlice>>> check) {
        try (Ownership ownership = Ownership.claim(store, false, "stop it first", new Revocation("roll back"))) {
            try {
                return carryOut(ownership, to, check);
            } catch (IOException | RuntimeException e) {
                ownership.checkAfter(e);
                throw e;
            }
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(store, e);
        }
    }

    private static Rollback carryOut(
            Ownership ownership, BatchTime to, Consumer<Map<BatchTime, Map<String, InputSlice>>> check)
            throws IOException {
        CheckpointFiles files = ownership.files();
        Snapshots snapshots = new Snapshots(files);
        snapshots.journals().deleteUnstarted(ownership.number());
        long newest = Stream.concat(snapshots.live().stream(), snapshots.journals().files().stream())
                .mapToLong(EpochFile::number)
                .max()
                .orElse(0);
        NewRuns runs = snapshots.newRuns(ownership, newest + 1);
        Rollback rollback = read(files, to, runs);
        check.accept(rollback.plans());
        if (!rollback.isDone()) {
            rollback.checkNobodyPublishes(files.store(), to, ownership.runningBefore());
            snapshots.journals().syncNewest();
            List<JournalRecord> behind = new ArrayList<>(rollback.image.unpublishedAgain());
            behind.addAll(rollback.image.planned.values());
            SnapshotWriter writer = new SnapshotWriter(runs);
            writer.build(rollback.image, behind, true);
            CrashPoint.ROLLBACK_WRITTEN.reach();
            writer.makeVisible();
            CrashPoint.ROLLBACK_DECIDED.reach();
        }
        runs.forgetAll(); // if nothing was to be done
        forgetUndoneSkips(ownership, to); // an earlier attempt may have died before that
        return rollback;
    }

    /**
     * Throws what {@link #carryOut} would throw now of a plan. Nothing is taken or written.
     *
     * @param check as there
     */
    public void check(FileStore store, BatchTime to, Consumer<Map<BatchTime, Map<String, InputSlice>>> check) {
        try {
            check.accept(plans());
            if (!isDone()) {
                checkNobodyPublishes(store, to, Ownership.running(store));
            }
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(store, e);
        }
    }

    private static void forgetUndoneSkips(Ownership ownership, BatchTime to) {
        FileStore store = ownership.files().store();
        try {
            KeptInput.deleteUndone(store, ownership, to);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the checkpoint " + store.location() + " is taken back, and what it keeps of skipped batches behind"
                            + " that cannot be deleted: " + e + "; check the rights of " + store.location() + "/"
                            + KeptInput.DIRECTORY + ", and roll back again");
        }
    }

    /** @param runs take what the journals change */
    private static Rollback read(CheckpointFiles files, BatchTime to, NewRuns runs) throws IOException {
        Snapshots snapshots = new Snapshots(files);
        List<BatchTime> kept = snapshots.keptBatches();
        CheckpointImage image = snapshots.beforeStarts(to.milliseconds());
        snapshots.applyJournals(image, snapshots.journals(), Long.MAX_VALUE, runs);
        if (image.lastDecided != to.milliseconds()) {
            throw new CheckpointException("the checkpoint " + files.store().location() + " has no complete batch " + to
                    + ", or does not keep it any more; "
                    + (kept.isEmpty()
                            ? "it keeps none"
                            : "name one from " + kept.get(0) + " to " + kept.get(kept.size() - 1)));
        }
        image.retractUndecided(Receipts.read(files).publishedAfter(to.milliseconds()));
        return new Rollback(image);
    }

    /** Throws if a program that had the checkpoint may still publish one of the batches that run again. */
    private void checkNobodyPublishes(FileStore store, BatchTime to, List<Ownership.Running> programs) {
        for (Ownership.Running program : programs) {
            Long batch = image.lastPublishedBy(program.epoch()); // in order, so it has published those before
            if (batch != null) {
                throw mayPublish(store, to, program, batch);
            }
        }
    }

    private CheckpointException mayPublish(FileStore store, BatchTime to, Ownership.Running program, long batch) {
        return new CheckpointException("the checkpoint " + store.location() + " cannot be taken back to batch " + to
                + ": code of " + program.who() + " has not ended and may still publish batch " + new BatchTime(batch)
                + " of " + image.later(batch).staged()
                + ", which nobody would take back; wait until that code has ended, or " + program.end()
                + ", then roll back");
    }

    private static CheckpointException unreadable(FileStore store, Exception e) {
        return new CheckpointException(
                "the checkpoint " + store.location() + " cannot be taken back: " + e
                        + "; check the path, its rights and the free space",
                e);
    }

    /** Returns whether no batch behind it is complete or published, and no later start has changed anything, so that there is nothing to do. */
    public boolean isDone() {
        return !image.isPast();
    }

    /** The batches that run again, with what they take, in order. */
    public Map<BatchTime, Map<String, InputSlice>> plans() {
        Map<BatchTime, Map<String, InputSlice>> plans = new LinkedHashMap<>();
        image.planned.forEach((time, plan) -> plans.put(new BatchTime(time), plan.slices()));
        return plans;
    }

    /** The batches that are to be taken back, by the name of the output that has published them. */
    public Map<String, List<BatchTime>> retractions() {
        Map<String, List<BatchTime>> retractions = new TreeMap<>();
        image.toRetract.forEach((time, outputs) -> outputs.forEach(output ->
                retractions.computeIfAbsent(output, name -> new ArrayList<>()).add(new BatchTime(time))));
        return retractions;
    }

    /** The batches that run again and cannot be taken back, by the name of the output that had got them. */
    public Map<String, List<BatchTime>> repeated() {
        Map<String, List<BatchTime>> repeated = new TreeMap<>();
        image.planned.forEach((time, plan) -> image.later(time)
                .told(plan.outputs())
                .forEach(output -> repeated.computeIfAbsent(output, name -> new ArrayList<>())
                        .add(new BatchTime(time))));
        return repeated;
    }
}
