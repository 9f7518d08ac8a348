/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.LogSegments;
import dev.millrace.internal.log.LogWriter;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.owner.Revocation;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint directory in use. {@link #open} reads it, {@link #begin} starts a new journal file; after that records are
 * appended, and when the journal has grown it is closed and folded into a snapshot on the checkpoint thread. A
 * failure to write fails the batch; a failure to fold is logged and tried again with the next file.
 */
public final class Checkpoint implements BatchLog {
    private static final String REMEDY =
            "stop it, or take the checkpoint from it with " + Options.TAKEOVER.key() + "=true";

    private final FileStore store;
    private final Ownership ownership;
    private final Snapshots snapshots;
    private @Nullable CheckpointContents found; // what a start goes on from; null once begin() has been called
    private final NewRuns foundRuns; // the files that reading it has written, deleted when it is let go of
    private final Retention retention;
    private final ReceiptLog receipts;
    private final NavigableMap<Long, JournalRecord.Plan> underWay = new TreeMap<>();
    private Map<Long, Set<String>> doneBefore = Map.of(); // the outputs that have run before, by the batch to run again
    private final Compaction compaction;
    private final long recordBytes;
    private final LogWriter journal;
    // The journal files that no snapshot holds are those that were found, and those that this program has closed since
    // the last fold.
    // So a fold subtracts all that are closed by then.
    private int foundFiles;
    private long foundBytes;
    private JournalRecord.@Nullable Start start;
    private boolean closed;

    private Checkpoint(FileStore store, Ownership ownership, Keeping keeping, Threads threads) throws IOException {
        this.store = store;
        this.ownership = ownership;
        CheckpointFiles files = ownership.files();
        snapshots = new Snapshots(files);
        LogSegments journals = snapshots.journals().deleteUnstarted(ownership.number());
        retention = new Retention(files, keeping.retainedBatches());
        CheckpointImage image = snapshots.newest(Long.MAX_VALUE);
        foundRuns = snapshots.newRuns(ownership, NewRuns.OF_NO_SNAPSHOT);
        LogSegments.Read read = snapshots.applyJournals(image, journals, Long.MAX_VALUE, foundRuns);
        Receipts.warnOfOthers(store);
        Receipts published = Receipts.read(files);
        // A program before this one may have written receipts, though no journal of it counts.
        List<CheckpointIdentity> programs = new ArrayList<>(ownership.predecessors());
        programs.add(ownership.identity());
        found = CheckpointContents.ofStart(files, image, journals.newest(), published, programs);
        long number = read == null ? image.snapshot : read.last().number();
        journal = new LogWriter(journals, read, number, Long.MAX_VALUE, ownership);
        foundFiles = read == null ? 0 : read.files();
        foundBytes = read == null ? 0 : read.bytes();
        recordBytes = Decision.recordBytes(keeping.snapshotBytes());
        receipts = new ReceiptLog(files, ownership, published);
        compaction = new Compaction(snapshots, retention, ownership, keeping.snapshotBytes(), threads);
    }

    /**
     * The bounds of the history that a checkpoint keeps.
     *
     * @param snapshotBytes how much journals grow before they are folded
     * @param retainedBatches how many decided batches can be had again at least
     */
    public record Keeping(long snapshotBytes, int retainedBatches) {}

    /**
     * Takes the checkpoint for this program and reads it.
     *
     * @param takeover whether to take it from a program that lives, too; that one can decide nothing any more
     * @throws CheckpointException if another program has it, or it is damaged, or cannot be read
     */
    public static Checkpoint open(FileStore store, Keeping keeping, boolean takeover) {
        return open(store, keeping, takeover, new Revocation(), Threads.OWN);
    }

    /**
     * @param revocation by which it can be given up from now on, though it is not yet taken
     * @param threads where snapshots are made
     */
    public static Checkpoint open(
            FileStore store, Keeping keeping, boolean takeover, Revocation revocation, Threads threads) {
        return open(store, keeping, takeover, REMEDY, revocation, threads);
    }

    /** @param remedy what to do about a program that has it */
    static Checkpoint open(
            FileStore store, Keeping keeping, boolean takeover, String remedy, Revocation revocation, Threads threads) {
        try {
            Ownership ownership = Ownership.claim(store, takeover, remedy, revocation);
            try {
                Checkpoint opened = new Checkpoint(store, ownership, keeping, threads);
                ownership.checkNotRevoked(); // what comes now may write beside the journal
                return opened;
            } catch (IOException
                    | RuntimeException
                    | Error e) { // the caller, which has no checkpoint then, cannot give it up
                try (ownership) {
                    ownership.checkAfter(e);
                }
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            throw e instanceof CheckpointException known ? known : Reading.notOpened(store, e);
        }
    }

    @Override
    public void checkAfter(Throwable failure) {
        ownership.checkAfter(failure);
    }

    @Override
    public CheckpointIdentity identity() {
        return ownership.identity();
    }

    /** The right to write here, for what is written beside the journal. */
    public Epoch epoch() {
        return ownership;
    }

    /** Returns what a checkpoint holds, for people: nothing is locked, written or run. */
    public static CheckpointContents read(FileStore store) {
        return mustBeUsed(store, peek(store));
    }

    static CheckpointContents mustBeUsed(FileStore store, CheckpointContents contents) {
        if (contents.isNew()) {
            throw new CheckpointException(
                    store.location() + " is no checkpoint directory, or no program has used it; check the path");
        }
        return contents;
    }

    /** Returns what a start would find; the directory may be new, or not be there yet. Nothing is locked or written. */
    public static CheckpointContents peek(FileStore store) {
        return Reading.until(store, Long.MAX_VALUE);
    }

    /**
     * Returns what it held when {@code batch} was about to run: decided are the batches before it; its own plan is among the plans,
     * with those after it.
     *
     * @throws CheckpointException if that is no longer, or not yet, there
     */
    public static CheckpointContents readBefore(FileStore store, BatchTime batch) {
        CheckpointContents contents = mustBeUsed(store, Reading.until(store, batch.milliseconds() - 1));
        if (!contents.plans().containsKey(batch)) {
            throw new CheckpointException("the checkpoint " + store.location() + " has no batch " + batch
                    + ", or does not keep it any more; name one that 'millrace checkpoint show' says is kept");
        }
        return contents;
    }

    /** Returns what it held when it was opened; until {@link #begin}. */
    public CheckpointContents contents() {
        if (found == null) {
            throw new IllegalStateException("the checkpoint is begun, so what it held before is let go of");
        }
        return found;
    }

    /** From now on a commit returns when the journal is folded, for runs in which nothing happens in the background. */
    public synchronized void compactAtOnce() {
        compaction.compactAtOnce();
    }

    /** Starts to write, and changes nothing in what was found. */
    public void begin(BatchTime zero, long interval, boolean derivedNames, List<String> shape) throws IOException {
        begin(zero, interval, derivedNames, shape, StartChanges.NONE);
    }

    /** Starts to write; the batches to run again are carried over. From then on nothing of what was found is held. */
    public synchronized void begin(
            BatchTime zero, long interval, boolean derivedNames, List<String> shape, StartChanges changes)
            throws IOException {
        CheckpointContents contents = contents();
        start = new JournalRecord.Start(zero.milliseconds(), interval, derivedNames, shape);
        underWay.putAll(contents.rawPlans());
        doneBefore = contents.done();
        beginJournal();
        for (CheckpointIdentity run : contents.knownProgramRuns().unrecorded()) {
            append(new JournalRecord.Run(run.epoch(), run.runId().toString()));
        }
        for (JournalRecord record : contents.carriedOver(changes.outputs().keySet())) {
            append(record);
        }
        changes.write((int) Math.min(recordBytes, Snapshots.BLOCK_BYTES), this::append);
        begunJournal().sync();
        for (Map.Entry<String, List<BatchTime>> dropped : changes.outputs().entrySet()) {
            for (BatchTime stays : dropped.getValue()) {
                retracted(stays, dropped.getKey());
            }
        }
        changes.inputs().keySet().forEach(input -> underWay.replaceAll((time, plan) -> plan.without(input)));
        found = null;
        foundRuns.forgetAll();
        retention.deleteUnnamed(ownership); // not before the start is sure: snapshots that are away may be put back
        ownership.forgetPredecessors();
    }

    /**
     * The positions of inputs of which this is the very first start; durable on return. It comes after {@link #begin}, which may
     * drop what an earlier input of the same name has left.
     */
    public synchronized void beginInputs(Map<String, Map<Object, Object>> positions) throws IOException {
        if (positions.isEmpty()) {
            return;
        }
        for (Map.Entry<String, Map<Object, Object>> input : positions.entrySet()) {
            append(new JournalRecord.Begins(input.getKey(), input.getValue()));
        }
        begunJournal().sync();
    }

    /** Begins another journal file, with all that the batches under way need. */
    private void beginJournal() throws IOException {
        LogWriter log = begunJournal();
        log.roll();
        if (start != null) {
            append(start);
        }
        for (JournalRecord.Plan plan : underWay.values()) {
            append(plan);
        }
        log.sync();
        CrashPoint.JOURNAL_ROLLED.reach();
    }

    private void append(JournalRecord record) throws IOException {
        ownership.checkNotRevoked();
        begunJournal().append(record.encode());
    }

    private synchronized void append(JournalRecord.Changed changed) throws IOException {
        begunJournal().append(changed.head(), changed.block());
    }

    private LogWriter begunJournal() {
        if (start == null || closed) {
            throw new IllegalStateException("the checkpoint is not begun, or closed");
        }
        return journal;
    }

    @Override
    public synchronized void plan(BatchTime time, Map<String, InputSlice> slices, List<String> outputs)
            throws IOException {
        JournalRecord.Plan plan = new JournalRecord.Plan(time.milliseconds(), slices, outputs);
        underWay.put(plan.time(), plan);
        append(plan);
        CrashPoint.PLAN_WRITTEN.reach();
    }

    @Override
    public synchronized void syncPlans() throws IOException {
        begunJournal().sync();
        ownership.check();
    }

    @Override
    public boolean isDone(BatchTime time, String output) {
        return doneBefore.getOrDefault(time.milliseconds(), Set.of()).contains(output);
    }

    @Override
    public synchronized void done(BatchTime time, String output) throws IOException {
        append(new JournalRecord.Done(time.milliseconds(), output));
        CrashPoint.OUTPUT_DONE.reach();
    }

    @Override
    public void decide(BatchTime time, Map<String, List<StepChanges>> changes, Map<String, List<String>> staged)
            throws IOException {
        CrashPoint.BEFORE_DECISION.reach();
        // Changes are read and encoded record by record outside the lock, so that the driver loop does not wait for a
        // large state.
        Decision decision = new Decision(time, recordBytes, this::append);
        decision.addAll(changes);
        byte[] record = decision.decided(staged, identity()).encode();
        synchronized (this) {
            begunJournal().append(record);
            underWay.remove(time.milliseconds());
        }
        journal.sync();
        journal.check(); // a program that takes over from here on sees the decision; if one had taken over before,
        // this throws
        CrashPoint.DECIDED.reach();
    }

    /** Decides a batch as one that had no input. Durable on return. */
    synchronized void skip(long time, long at, String reason) throws IOException {
        append(new JournalRecord.Skip(time, at, reason, identity()));
        underWay.remove(time);
        begunJournal().sync();
        journal.check(); // as in decide
        CrashPoint.SKIP_DECIDED.reach();
    }

    @Override
    public Ownership.Publication publication() {
        return ownership.publication();
    }

    @Override
    public void published(BatchTime time, Map<String, Integer> parts) throws IOException {
        ownership.checkNotRevoked();
        receipts.append(time.milliseconds(), parts);
        CrashPoint.RECEIPT_WRITTEN.reach();
    }

    @Override
    public void receiptsAt(String output, String place) throws IOException {
        ownership.check();
        receipts.place(output, place);
    }

    @Override
    public synchronized void retracted(BatchTime time, String output) throws IOException {
        CrashPoint.ROLLBACK_RETRACTED.reach();
        receipts.takeBack(output, time.milliseconds());
        append(new JournalRecord.Retracted(time.milliseconds(), output));
        begunJournal().sync();
        CrashPoint.ROLLBACK_RECORDED.reach();
    }

    @Override
    public synchronized void commit(BatchTime time) throws IOException {
        append(new JournalRecord.Commit(
                time.milliseconds())); // durable with the next plan; a start before that publishes the batch again
        CrashPoint.COMMITTED.reach();
        int files = foundFiles + journal.closedSegments();
        if (compaction.isDue(files, foundBytes + journal.closedBytes() + journal.openBytes())) {
            long until = journal.last().number();
            beginJournal();
            foundFiles = -journal.closedSegments();
            foundBytes = -journal.closedBytes();
            compaction.begin(until);
        }
    }

    @Override
    public void revoke() {
        ownership.revoke();
    }

    @Override
    public void close() throws IOException {
        compaction.close();
        synchronized (this) {
            try {
                closed = true;
                journal.close();
                receipts.close();
                if (found != null) { // a start was refused
                    foundRuns.forgetAll();
                }
            } finally {
                ownership.close();
            }
        }
    }
}
