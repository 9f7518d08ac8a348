/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.conf.Malformed;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.conf.SocketOptions;
import dev.millrace.internal.engine.JobObserver;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.files.Durably;
import dev.millrace.internal.files.FileStores;
import dev.millrace.internal.lineage.RecordGuard;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.internal.log.Epoch;
import dev.millrace.spi.JobLabel;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.streaming.BatchTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The records that winning task attempts put aside in the batch that runs, each place once however many outputs met it. They are
 * durable before an output is marked done and before the batch is decided, in {@code batch-MS-EPOCH.undecided}; once the batch
 * is decided that becomes {@code batch-MS.jsonl}, or {@code .jsonl.gz} if it is much, which changes only if the batch is rolled
 * back. A batch that is run again keeps what outputs met that are done, because they are not run again. Safe for several threads.
 */
public final class Quarantine implements JobObserver {
    private static final System.Logger LOG = System.getLogger("dev.millrace.batch");

    private final @Nullable Path directory;
    private final boolean named; // by the settings; else it is below the checkpoint
    private final boolean kept;
    private final int most;
    private final Map<String, RecordGuard> guards = new HashMap<>();
    private SortedAside aside = new SortedAside(null);
    private AsideCounts counts;
    private final TreeMap<BatchTime, List<Path>> left = new TreeMap<>(); // by earlier programs, undecided
    private Epoch epoch = Epoch.NONE;
    private @Nullable BatchTime batch;
    private boolean empty = true; // nothing was put aside in this batch
    private boolean changed;
    private @Nullable MillraceException overflow;
    private volatile boolean cancelled;

    /**
     * In the directory that the settings name, or below the checkpoint's.
     *
     * @param guards the operators that put records aside
     * @param kept false for a batch that has run before: what it puts aside was kept then
     */
    public Quarantine(Settings settings, List<RecordGuard> guards, boolean kept) {
        this.kept = kept;
        directory = kept ? directory(settings) : null;
        named = settings.get(Options.QUARANTINE_DIRECTORY) != null;
        most = settings.get(Options.QUARANTINE_MOST);
        guards.forEach(guard -> this.guards.put(guard.name(), guard));
        counts = new AsideCounts(this.guards, most);
    }

    private static @Nullable Path directory(Settings settings) {
        String own = settings.get(Options.QUARANTINE_DIRECTORY);
        String checkpoint = settings.get(Options.CHECKPOINT_DIRECTORY);
        if (own != null) {
            return Path.of(own);
        }
        Path local = checkpoint == null ? null : FileStores.localPath(checkpoint);
        return local == null ? null : local.resolve("quarantine");
    }

    /** The problems of the settings. */
    public static List<String> problems(Settings settings, List<RecordGuard> guards) {
        if (directory(settings) != null) {
            return List.of();
        }
        String change = ", and there is no place for it; set a checkpoint directory, or add conf.set(\""
                + Options.QUARANTINE_DIRECTORY.key() + "\", \"DIRECTORY\")";
        List<String> problems = new ArrayList<>();
        Stream.of(Options.MALFORMED_INPUT, SocketOptions.MALFORMED_INPUT)
                .filter(option -> settings.get(option) == Malformed.QUARANTINE)
                .forEach(option -> problems.add(option.key() + " is quarantine" + change));
        guards.forEach(guard -> problems.add(guard.operator() + " has onError(quarantine())" + change));
        return problems;
    }

    /**
     * Makes visible the records that decided batches have put aside, if a crash came between.
     *
     * @param by the program that writes here from now on, until another one takes over
     * @param unpublished the epochs of the programs that have decided the batches that may not be visible
     * @param anew the batches that run again from their first output on; what one of them had put aside before it was rolled back
     *     is void
     */
    public void recover(
            Epoch by, @Nullable BatchTime lastDecided, Map<BatchTime, Long> unpublished, Set<BatchTime> anew)
            throws IOException {
        epoch = by;
        if (directory == null) {
            return;
        }
        if (named) {
            QuarantineOwner.claim(directory, by.identity().checkpointId());
        }
        if (!Files.isDirectory(directory)) {
            return; // nothing was ever put aside
        }
        QuarantineFiles.deleteUnfinished(directory, epoch);
        for (QuarantineFiles.Undecided undecided : QuarantineFiles.undecided(directory)) {
            if (undecided.epoch() < epoch.number()) { // what a later program puts aside stays
                left.computeIfAbsent(undecided.time(), time -> new ArrayList<>())
                        .add(undecided.path());
            }
            if (lastDecided != null && Long.valueOf(undecided.epoch()).equals(unpublished.get(undecided.time()))) {
                QuarantineFiles.publish(directory, undecided.time(), undecided.path());
            }
        }
        if (lastDecided != null) {
            for (BatchTime time : List.copyOf(left.headMap(lastDecided, true).keySet())) {
                deleteLeft(time); // another program has decided that batch, and what it put aside is published
            }
            for (BatchTime time : QuarantineFiles.decided(directory)) {
                if (anew.contains(time)) {
                    QuarantineFiles.empty(directory, time, epoch);
                }
            }
        }
    }

    /** Deletes the files that earlier programs have left of a batch. */
    private void deleteLeft(BatchTime time) throws IOException {
        List<Path> files = left.remove(time);
        if (directory != null && files != null) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Durably.sync(directory);
        }
    }

    /**
     * The next batch begins.
     *
     * @param again whether some outputs of it are done, so that what they put aside counts
     */
    public synchronized void begin(BatchTime time, boolean again) throws IOException {
        overflow = null;
        changed = false;
        batch = time;
        if (directory == null && empty) {
            return;
        }
        aside.close();
        counts = new AsideCounts(guards, most);
        empty = true;
        if (directory == null) {
            aside = new SortedAside(null);
            return;
        }
        aside = new SortedAside(run -> QuarantineFiles.run(directory, time, run, epoch));
        if (epoch.identity().isOfCheckpoint()) { // else that file is of another run, and its places are others
            load(QuarantineFiles.decided(directory, time));
        }
        List<Path> before = left.getOrDefault(time, List.of());
        if (again && !before.isEmpty()) {
            load(before.get(before.size() - 1));
            changed = true; // it is told again as this program's own
        } else {
            deleteLeft(time);
            if (Files.deleteIfExists(QuarantineFiles.undecided(directory, time, epoch.number()))) {
                Durably.sync(directory);
            }
        }
    }

    private void load(Path file) throws IOException {
        if (Files.exists(file)) {
            if (LineFiles.isCompressed(file)) {
                aside.markMuch();
            }
            try (BufferedReader lines = LineFiles.open(file)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    add(AsideLine.parse(line));
                }
            }
        }
    }

    @Override
    public synchronized void observed(JobLabel label, List<TaskObservation> observations) {
        try {
            if (label.batch() != null && label.batch().equals(batch)) {
                observations.forEach(task -> task.quarantined().forEach(this::observed));
                check();
            }
        } finally {
            observations.forEach(task -> task.quarantined().close());
        }
    }

    private void observed(QuarantinedRecord record) {
        checkCancelled();
        try {
            if (overflow == null && add(AsideLine.of(record))) {
                changed = true;
            }
        } catch (IOException e) {
            throw notWritten(e);
        }
    }

    /** The text of an entry may differ when its place is met again, such as the address of an object. */
    private boolean add(AsideLine line) throws IOException {
        empty = false;
        boolean isNew = aside.add(line);
        if (isNew && aside.isInMemory()) { // else they are counted when they are written
            overflow = counts.add(line);
        }
        return isNew;
    }

    private void check() {
        if (overflow != null) {
            throw overflow;
        }
    }

    /** Returns whether {@link #write} will make files, unless too much was put aside. */
    public synchronized boolean makesFiles() {
        return changed && kept;
    }

    /** Makes durable what was put aside so far. */
    public synchronized void write(BatchTime time) throws IOException {
        check(); // the program may have caught it
        if (!makesFiles()) {
            return;
        }
        if (directory == null) {
            throw new MillraceException("records are to be put aside, and there is no place for them; set "
                    + Options.QUARANTINE_DIRECTORY.key());
        }
        try (MergedLines lines = aside.lines()) {
            Iterator<String> texts = lines.texts(aside.isInMemory() ? line -> checkCancelled() : countedAnew());
            aside.written(QuarantineFiles.write(directory, time, texts, aside.isMuch(), epoch));
        } catch (IOException | UncheckedIOException e) {
            throw notWritten(e);
        }
        changed = false;
    }

    /** Ends early if they are more than allowed. */
    private Consumer<AsideLine> countedAnew() {
        counts = new AsideCounts(guards, most);
        return line -> {
            checkCancelled();
            overflow = counts.add(line);
            check();
        };
    }

    private MillraceException notWritten(Exception problem) {
        return new MillraceException(
                "what the batch puts aside cannot be written to " + directory + ": " + Causes.text(problem)
                        + "; free space there, or set " + Options.QUARANTINE_DIRECTORY.key(),
                problem);
    }

    /** The batch under way is cancelled; there may be so much to put aside that it takes minutes. Any thread. */
    public void cancel() {
        cancelled = true;
    }

    private void checkCancelled() {
        if (cancelled) {
            throw new CancelledException("cancelled");
        }
    }

    /** The batch has failed: what it put aside is not needed until it is run again. */
    public synchronized void abandon() {
        try {
            aside.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "parts of a quarantine stay until the next start: {0}", e);
        }
        batch = null;
    }

    /** The number of records that the batch has put aside, by operator. */
    public synchronized Map<String, Integer> counts() {
        return empty ? Map.of() : counts.byOperator();
    }

    /** The directory, for people. */
    public String place() {
        return String.valueOf(directory);
    }

    /** The batch is decided, by this program. */
    public void publish(BatchTime time) throws IOException {
        if (directory == null) {
            return;
        }
        Path undecided = QuarantineFiles.undecided(directory, time, epoch.number());
        if (Files.exists(undecided)) {
            if (epoch.identity().isOfCheckpoint()) {
                QuarantineFiles.publish(directory, time, undecided);
            } else {
                QuarantineFiles.publishBeside(directory, time, undecided);
            }
        }
        deleteLeft(time);
    }
}
