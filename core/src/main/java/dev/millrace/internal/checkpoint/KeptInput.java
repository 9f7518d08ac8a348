/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.files.DirectoryStore;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The input of skipped batches, kept so that each can be replayed, however long ago it was skipped. Each has a small checkpoint of its own
 * in a directory of the checkpoint. That holds the moment before the batch: a snapshot, the plan of the batch, and the blocks that it
 * takes from the log of received data. So nothing else has to be kept for it, and one deletion ends it.
 */
public final class KeptInput {
    /** The directory in which they are, by the times of the batches. */
    public static final String DIRECTORY = "skipped";

    private static final String BUILDING = "building";
    private static final String DROPPED = "dropped";
    private static final Pattern KEPT = Pattern.compile("(?:" + DROPPED + "-)?(\\d{1,18})");

    private KeptInput() {}

    /** Copies what a batch takes from the log of received data. */
    public interface Blocks {
        void copyTo(FileStore target, Epoch epoch) throws IOException;
    }

    /** The directory of a batch. */
    public static String path(BatchTime batch) {
        return DIRECTORY + "/" + batch.milliseconds();
    }

    /** Returns whether a name among the directories of batches is that of something unfinished. */
    public static boolean isTemporary(String name) {
        return name.startsWith(BUILDING) || name.startsWith(DROPPED);
    }

    /** Returns whether the input of a batch is kept. Nothing is locked or written. */
    public static boolean has(FileStore store, BatchTime batch) {
        try {
            return store.list(DIRECTORY).contains(Long.toString(batch.milliseconds()));
        } catch (IOException e) {
            throw Reading.failed(store, e);
        }
    }

    /** The checkpoint of a batch that was skipped and is kept; else {@code store} itself. Nothing is locked or written. */
    public static FileStore before(FileStore store, BatchTime batch) {
        boolean kept = has(store, batch)
                && Reading.tell(store, CheckpointContents::skipped)
                        .containsKey(batch); // or a roll back has brought it back since
        return kept ? new DirectoryStore(store, path(batch)) : store;
    }

    /** Keeps a batch; it becomes visible in one rename. The caller has the checkpoint. */
    static void keep(FileStore store, Epoch epoch, CheckpointContents contents, JournalRecord.Plan plan, Blocks blocks)
            throws IOException {
        epoch.check(); // a file would make the directory anew if it was moved away
        deleteUnfinished(store, epoch);
        String building = DIRECTORY + "/" + building(epoch);
        try {
            FileStore target = new DirectoryStore(store, building);
            Ownership.sign(target, epoch.identity());
            blocks.copyTo(target, epoch);
            contents.writeBefore(plan, new NewRuns(target, epoch, 1));
        } catch (IOException | RuntimeException e) { // such as a full disk, which is to get back what it gave
            try {
                store.delete(building);
            } catch (IOException alsoWrong) {
                e.addSuppressed(alsoWrong);
            }
            throw e;
        }
        epoch.check();
        String path = path(new BatchTime(plan.time()));
        store.delete(path); // of a skip that was broken off, or undone by a roll back
        store.rename(building, path);
        CrashPoint.SKIP_KEPT.reach();
    }

    private static String building(Epoch epoch) {
        return BUILDING + String.format(Locale.ROOT, "-%010d", epoch.number());
    }

    private static void deleteUnfinished(FileStore store, Epoch epoch) throws IOException {
        for (String name : store.list(DIRECTORY)) {
            if (name.startsWith(BUILDING)
                    && name.compareTo(building(epoch)) <= 0) { // not those of a program that has taken over
                store.delete(DIRECTORY + "/" + name);
            }
        }
    }

    /**
     * Deletes what is kept of a batch. A program may use the checkpoint: it never reads it.
     *
     * @throws CheckpointException if nothing is kept of the batch
     */
    public static void forget(FileStore store, BatchTime batch) {
        try {
            List<String> names = store.list(DIRECTORY);
            if (!names.contains(DROPPED + "-" + batch.milliseconds())
                    && !names.contains(Long.toString(batch.milliseconds()))) {
                throw new CheckpointException(
                        "the checkpoint " + store.location() + " keeps no input of a skipped batch " + batch
                                + "; 'millrace checkpoint show' says of which it does");
            }
            delete(store, batch, names);
        } catch (IOException e) {
            throw new CheckpointException(
                    "what the checkpoint " + store.location() + " keeps of the skipped batch " + batch
                            + " cannot be deleted: " + e + "; check the path and its rights",
                    e);
        }
    }

    private static void delete(FileStore store, BatchTime batch, List<String> names) throws IOException {
        String dropped = DIRECTORY + "/" + DROPPED + "-" + batch.milliseconds();
        if (names.contains(DROPPED + "-" + batch.milliseconds())) { // a program has died between the two steps
            store.delete(dropped);
        }
        if (names.contains(Long.toString(batch.milliseconds()))) {
            store.rename(path(batch), dropped); // in one step, so that no half of it is ever read
            CrashPoint.SKIP_FORGOTTEN.reach();
            store.delete(dropped);
        }
    }

    /** Deletes what is kept of batches behind the last decided one: their skips were undone. The caller has the checkpoint. */
    static void deleteUndone(FileStore store, Epoch epoch, BatchTime lastDecided) throws IOException {
        for (String name : store.list(DIRECTORY)) {
            Matcher time = KEPT.matcher(name);
            if (time.matches() && Long.parseLong(time.group(1)) > lastDecided.milliseconds()) {
                epoch.check();
                delete(store, new BatchTime(Long.parseLong(time.group(1))), store.list(DIRECTORY));
            }
        }
    }
}
