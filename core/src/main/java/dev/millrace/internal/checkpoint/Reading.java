/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.files.ReadOnlyStore;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.LogSegments;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads a checkpoint that a program may be using. */
public final class Reading {
    private static final int ATTEMPTS = 3;

    private Reading() {}

    /** Returns what it held when the last batch up to {@code until} had been decided; all of it is in memory. */
    static CheckpointContents until(FileStore store, long until) {
        return attempts(store, () -> held(store, until));
    }

    /**
     * Tells what it holds now, with only the inputs in memory. States and windows are read block by block while they are told of,
     * and must not be asked for later.
     *
     * @param telling is called again if a program that runs has deleted what it was reading
     */
    public static <R> R tell(FileStore store, Function<CheckpointContents, R> telling) {
        return attempts(store, () -> {
            try {
                CheckpointFiles files = Ownership.filesIn(new ReadOnlyStore(store));
                return inPassing(files, runs -> telling.apply(Checkpoint.mustBeUsed(store, now(files, runs))));
            } catch (IOException e) {
                throw failed(store, e);
            }
        });
    }

    private static CheckpointContents now(CheckpointFiles files, NewRuns runs) throws IOException {
        Snapshots snapshots = new Snapshots(files);
        CheckpointImage image = snapshots.newest(Long.MAX_VALUE);
        snapshots.applyJournals(image, snapshots.journals(), Long.MAX_VALUE, runs);
        image.detach(name -> name.startsWith(CheckpointImage.INPUT));
        return contents(files, image);
    }

    private static <R> R attempts(FileStore store, Supplier<R> once) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once.get();
            } catch (CheckpointException e) {
                if (attempt == ATTEMPTS) { // a program that runs may have deleted what it had folded
                    throw e;
                }
            } catch (UncheckedIOException e) {
                if (attempt == ATTEMPTS) {
                    throw failed(store, Objects.requireNonNull(e.getCause()));
                }
            }
        }
    }

    /** Something that is told of contents while their files stay where they are. */
    public interface Telling<R> {
        R tell(CheckpointContents contents) throws IOException;
    }

    /**
     * Tells what a start would find; the directory may be new, or not be there yet. Nothing is locked or written there.
     *
     * @param telling is called again if a program that runs has deleted what it was reading
     * @throws CheckpointException if a start would be refused, whatever the program is
     */
    public static <R> R forAStart(FileStore store, Telling<R> telling) {
        return attempts(store, () -> {
            try {
                return asAStart(Ownership.filesIn(new ReadOnlyStore(store)), telling);
            } catch (IOException e) {
                throw failed(store, e);
            }
        });
    }

    /** Reads once, as a start does, and lets {@code telling} tell of it. */
    static <R> R asAStart(CheckpointFiles files, Telling<R> telling) throws IOException {
        return inPassing(files, runs -> telling.tell(asAStart(files, runs)));
    }

    /** Something that reads entries in passing. */
    interface Passing<R> {
        /** @param runs take what the journals change */
        R read(NewRuns runs) throws IOException;
    }

    /**
     * Reads with as little in memory as at a start: what the journals change, if it is much, stands in files meanwhile, which are not in
     * the checkpoint.
     */
    static <R> R inPassing(CheckpointFiles files, Passing<R> reading) throws IOException {
        LocalFileStore scratch = LocalFileStore.unsynced(Files.createTempDirectory("millrace-reading-"));
        try {
            Epoch reader = Epoch.unchecked(CheckpointIdentity.ofReader(files.checkpointId()));
            return reading.read(new NewRuns(scratch, reader, NewRuns.OF_NO_SNAPSHOT));
        } finally {
            scratch.delete("");
        }
    }

    private static CheckpointContents asAStart(CheckpointFiles files, NewRuns runs) throws IOException {
        Receipts published = Receipts.read(files); // first: a program that runs decides each batch before its receipt
        Snapshots snapshots = new Snapshots(files);
        LogSegments journals = snapshots.journals();
        CheckpointImage image = snapshots.newest(Long.MAX_VALUE);
        snapshots.applyJournals(image, journals, Long.MAX_VALUE, runs);
        return CheckpointContents.ofStart(
                files, image, journals.newest(), published, Ownership.programRuns(files.store()));
    }

    private static CheckpointContents held(FileStore store, long until) {
        try {
            CheckpointFiles files = Ownership.filesIn(new ReadOnlyStore(store));
            Snapshots snapshots = new Snapshots(files);
            CheckpointImage image = snapshots.newest(until);
            snapshots.applyJournals(image);
            image.detach(name -> true);
            return contents(files, image);
        } catch (IOException e) {
            throw failed(store, e);
        }
    }

    private static CheckpointContents contents(CheckpointFiles files, CheckpointImage image) throws IOException {
        KnownProgramRuns known = new KnownProgramRuns(image, Ownership.programRuns(files.store()));
        return new CheckpointContents(files.checkpointId(), image, known, Receipts.read(files));
    }

    /** The batches, decided already, that {@link Checkpoint#readBefore} can go back to, in order. Nothing is locked or written. */
    public static List<BatchTime> kept(FileStore store) {
        try {
            return new Snapshots(Ownership.filesIn(store)).keptBatches();
        } catch (IOException e) {
            throw failed(store, e);
        }
    }

    /** The last receipt of each staged output, by name. Nothing is locked or written. */
    public static Map<String, Receipts.Receipt> lastReceipts(FileStore store) {
        try {
            return Receipts.read(Ownership.filesIn(store)).last();
        } catch (IOException e) {
            throw failed(store, e);
        }
    }

    /** The id of a checkpoint; all zero if no program has used it. Nothing is locked or written. */
    public static UUID id(FileStore store) {
        try {
            return Ownership.filesIn(store).checkpointId();
        } catch (IOException e) {
            throw failed(store, e);
        }
    }

    /** Describes the program that took the checkpoint last; null if it is not known. Nothing is locked or written. */
    public static @Nullable String lastOwner(FileStore store) {
        try {
            return Ownership.last(store);
        } catch (IOException e) {
            return null; // another is just taking it
        }
    }

    /** The failure of a start, which also writes. */
    static CheckpointException notOpened(FileStore store, Exception e) {
        return new CheckpointException(
                "the checkpoint " + store.location() + " cannot be opened: "
                        + why(e, "check the path, its rights and the free space"),
                e);
    }

    public static CheckpointException failed(FileStore store, Exception e) {
        return new CheckpointException(
                "the checkpoint " + store.location() + " cannot be read: " + why(e, "check the path and its rights"),
                e);
    }

    private static String why(Exception e, String change) {
        boolean isInTheWay = e instanceof NotDirectoryException || e instanceof FileAlreadyExistsException;
        return isInTheWay && e instanceof FileSystemException file
                ? lowest(Path.of(file.getFile())) + " is a file where a directory should be; correct the path"
                : e + "; " + change;
    }

    /** The path itself if it is there, or else what is there of it: the file below which it was looked for. */
    private static Path lowest(Path path) {
        Path parent = path.getParent();
        return parent == null || Files.exists(path) ? path : lowest(parent);
    }
}
