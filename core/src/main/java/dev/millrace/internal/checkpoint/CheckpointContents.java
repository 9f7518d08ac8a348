/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a checkpoint as they were when it was read. Immutable; entries of states and windows stay where they are, and are decoded when
 * they are asked for, so its files must be there as long as that is done.
 */
public final class CheckpointContents {
    /** The name of the changes of durable accumulators among those of steps. */
    public static final String ACCUMULATORS = "(accumulators)";

    private final UUID id;
    private final CheckpointImage image;
    private final KnownProgramRuns known;
    private final Receipts receipts;

    /**
     * @param id what its files bear; all zero if no program has used it
     * @param image to which nothing is applied any more
     * @param known the runs that it tells of, and what else is known of them
     * @param receipts of the outputs
     */
    CheckpointContents(UUID id, CheckpointImage image, KnownProgramRuns known, Receipts receipts) {
        this.id = id;
        this.image = image;
        this.known = known;
        this.receipts = receipts;
    }

    /**
     * The contents that a start finds.
     *
     * @param lastJournal null if there is none
     * @param runs those that have taken the checkpoint
     * @throws CheckpointException if receipts tell that a journal has lost its end, or that they are those of another copy
     */
    static CheckpointContents ofStart(
            CheckpointFiles files,
            CheckpointImage image,
            @Nullable EpochFile lastJournal,
            Receipts receipts,
            List<CheckpointIdentity> runs) {
        receipts.checkNothingLost(files.store(), image, lastJournal);
        KnownProgramRuns known = new KnownProgramRuns(image, runs);
        receipts.checkRun(files.store(), known);
        return new CheckpointContents(files.checkpointId(), image, known, receipts);
    }

    /** The id that its files bear; all zero if no program has used it. */
    public UUID id() {
        return id;
    }

    /** The number of the snapshot that was read before the journals; 0 if there was none. */
    public long snapshot() {
        return image.snapshot;
    }

    /** Returns whether this is the very first start. */
    public boolean isNew() {
        return image.start == null;
    }

    /** The time just before the first batch interval of the first start. */
    public BatchTime zero() {
        return new BatchTime(Objects.requireNonNull(image.start).zero());
    }

    /** The batch interval, in milliseconds. */
    public long interval() {
        return Objects.requireNonNull(image.start).interval();
    }

    public boolean derivedNames() {
        return Objects.requireNonNull(image.start).derivedNames();
    }

    public List<String> shape() {
        return Objects.requireNonNull(image.start).shape();
    }

    /** The last batch that was planned or decided, or null before the first. */
    public @Nullable BatchTime lastTime() {
        long last = Math.max(image.lastPlanned, image.lastDecided);
        return last == Long.MIN_VALUE ? null : new BatchTime(last);
    }

    /** The last batch that was decided, or null before the first. */
    public @Nullable BatchTime lastDecided() {
        return image.lastDecided == Long.MIN_VALUE ? null : new BatchTime(image.lastDecided);
    }

    /** The number of batches that were decided, from the very first on. */
    public long decided() {
        return image.decided;
    }

    /** The inputs that have taken something. */
    public Set<String> inputs() {
        Set<String> inputs = new TreeSet<>();
        of(CheckpointImage.INPUT).forEach((input, entries) -> {
            if (!entries.isEmpty()) {
                inputs.add(input);
            }
        });
        image.planned
                .values()
                .forEach(plan -> plan.slices().forEach((input, slice) -> {
                    if (!slice.isEmpty() || !slice.positions().isEmpty()) {
                        inputs.add(input);
                    }
                }));
        return inputs;
    }

    /** The entries of all inputs, or steps, by name. */
    private Map<String, KeyedEntries> of(String kind) {
        Map<String, KeyedEntries> all = new LinkedHashMap<>();
        image.entries.forEach((name, entries) -> {
            if (name.startsWith(kind)) {
                all.put(name.substring(kind.length()), entries);
            }
        });
        return all;
    }

    /** The runs that its journals and snapshots tell of, and those that are known otherwise. */
    public KnownProgramRuns knownProgramRuns() {
        return known;
    }

    /** The staged outputs that have published something. */
    public Set<String> published() {
        return Set.copyOf(receipts.outputs());
    }

    /** The places at which outputs had receipts of their own, by name. */
    public Map<String, String> places() {
        return Map.copyOf(receipts.places());
    }

    /** The names of the states and windows of which something is kept. */
    public List<String> steps() {
        return List.copyOf(of(CheckpointImage.STEP).keySet());
    }

    /** Returns what is kept of a state or a window; null if it is not known. */
    public @Nullable StoredStep step(String name) {
        KeyedEntries entries = image.entries.get(CheckpointImage.STEP + name);
        return entries == null ? null : new StoredStep(name, entries);
    }

    /** Returns what a step holds, for people. */
    public StepSummary summary(String step) {
        return StepSummary.of(image.entries.getOrDefault(CheckpointImage.STEP + step, new KeyedEntries()));
    }

    /** The keys and values that a step held, in order of arrival. */
    public List<StateEntry> step(String name, ValueCodec codec) {
        List<StateEntry> all = new ArrayList<>();
        StoredStep stored = step(name);
        if (stored != null) {
            stored.entries(codec, Object.class).forEach(all::add);
        }
        all.sort(Comparator.comparingLong(StateEntry::arrival));
        return all;
    }

    /** The sums that committed batches have added to durable accumulators: entries of {@code DurableAccumulators}. */
    public Map<Object, Object> accumulators(ValueCodec codec) {
        Map<Object, Object> stored = new LinkedHashMap<>();
        KeyedEntries entries = image.entries.get(ACCUMULATORS);
        if (entries != null) {
            entries.forEach(codec, (key, value) -> stored.put(key, value));
        }
        return stored;
    }

    /** The accumulators, as people are told of them. */
    public List<AccumulatorSummary> accumulators() {
        KeyedEntries entries = image.entries.get(ACCUMULATORS);
        return entries == null ? List.of() : AccumulatorSummary.of(entries);
    }

    /** Inputs and steps that were dropped, each with the first block of the log that is not, or -1. */
    public Map<String, Long> dropped() {
        return Collections.unmodifiableMap(image.dropped);
    }

    /** The position of an input, or null if it has none yet. */
    public @Nullable Map<Object, Object> position(String input) {
        KeyedEntries entries = image.entries.get(CheckpointImage.INPUT + input);
        List<InputSlice> pending = image.planned.values().stream()
                .flatMap(plan -> Stream.ofNullable(plan.slices().get(input)))
                .toList();
        if (entries == null && pending.isEmpty()) {
            return null;
        }
        Map<Object, Object> position = new LinkedHashMap<>();
        if (entries != null) {
            entries.forEach( // there may be millions
                    ValueCodec.builtIn(), (key, value) -> position.put(key, value));
        }
        for (InputSlice slice : pending) {
            slice.positions().forEach((key, value) -> {
                if (value == null) {
                    position.remove(key);
                } else {
                    position.put(key, value);
                }
            });
        }
        return position;
    }

    /** The batches to run again, in order, with what they take. */
    public Map<BatchTime, Map<String, InputSlice>> plans() {
        Map<BatchTime, Map<String, InputSlice>> plans = new LinkedHashMap<>();
        image.planned.forEach((time, plan) -> plans.put(new BatchTime(time), plan.slices()));
        return plans;
    }

    /** The batches that were skipped, from the very first on. */
    public NavigableMap<BatchTime, SkippedBatch> skipped() {
        return Collections.unmodifiableNavigableMap(image.skipped);
    }

    /** The first batch to run again, with what it takes and its outputs; null if there is none. */
    JournalRecord.@Nullable Plan firstPlan() {
        Map.Entry<Long, JournalRecord.Plan> first = image.planned.firstEntry();
        return first == null ? null : first.getValue();
    }

    /** Writes what there is now as a snapshot of a checkpoint of its own, with one of the batches to run again. */
    void writeBefore(JournalRecord.Plan batch, NewRuns runs) throws IOException {
        writeAll(List.of(batch), runs);
    }

    /**
     * Writes what there is now as the only snapshot of another checkpoint: with the batches to run again, each from its first output on,
     * and with nothing of what was published, is to be published or is to be taken back. This is to be used no more.
     */
    void writeForAnother(NewRuns runs) throws IOException {
        image.toRetract.clear();
        image.programRuns.byEpoch().clear();
        writeAll(List.copyOf(image.planned.values()), runs);
    }

    private void writeAll(List<JournalRecord> behind, NewRuns runs) throws IOException {
        for (KeyedEntries entries : image.entries.values()) {
            entries.copy(runs);
        }
        SnapshotWriter writer = new SnapshotWriter(runs);
        writer.build(image, behind, true);
        writer.makeVisible();
    }

    /** The batches that are decided and perhaps not visible everywhere: staged parts by output. */
    public Map<BatchTime, Map<String, List<String>>> unpublished() {
        Map<BatchTime, Map<String, List<String>>> batches = new LinkedHashMap<>();
        image.unpublished.forEach((time, decided) -> batches.put(new BatchTime(time), decided.staged()));
        return batches;
    }

    /** The unpublished batches without the skipped ones, of which there is nothing to publish. */
    public Map<BatchTime, Map<String, List<String>>> toPublish() {
        Map<BatchTime, Map<String, List<String>>> batches = unpublished();
        batches.keySet().removeAll(image.skipped.keySet());
        return batches;
    }

    /** The staged parts of one output that are to be published, by batch. */
    public Map<OutputBatch, List<String>> toPublish(String output) {
        Map<OutputBatch, List<String>> batches = new LinkedHashMap<>();
        toPublish().forEach((time, staged) -> {
            CheckpointIdentity by = decidedBy(time);
            OutputBatch batch = new OutputBatch(time, output, by.checkpointId(), by.epoch(), by.runId());
            batches.put(batch, staged.getOrDefault(output, List.of()));
        });
        return batches;
    }

    /** The program that decided and staged one of the batches that are perhaps not visible everywhere. */
    public CheckpointIdentity decidedBy(BatchTime unpublished) {
        return Objects.requireNonNull(image.unpublished.get(unpublished.milliseconds()))
                .by();
    }

    /** The epochs of the programs that have decided the batches which are perhaps not visible everywhere. */
    public Map<BatchTime, Long> decidingEpochs() {
        Map<BatchTime, Long> epochs = new LinkedHashMap<>();
        image.unpublished.forEach(
                (time, decided) -> epochs.put(new BatchTime(time), decided.by().epoch()));
        return epochs;
    }

    /**
     * Returns what the next journal must say again, beside the plans: the outputs that have run of batches to run again, and the batches
     * that are decided and perhaps not visible.
     *
     * @param dropped outputs of which nothing is published any more
     */
    List<JournalRecord> carriedOver(Set<String> dropped) {
        List<JournalRecord> again = new ArrayList<>();
        done().forEach((time, outputs) -> outputs.forEach(output -> again.add(new JournalRecord.Done(time, output))));
        for (JournalRecord.Decided batch : image.unpublished.values()) {
            JournalRecord.Decided rest = batch;
            for (String output : dropped) {
                rest = rest.without(output);
            }
            again.add(rest);
        }
        return again;
    }

    /** Returns what a roll back wants to be taken back: outputs by batch, the latest batch first. */
    public Map<BatchTime, List<String>> toRetract() {
        Map<BatchTime, List<String>> batches = new LinkedHashMap<>();
        image.toRetract
                .descendingMap()
                .forEach((time, outputs) -> batches.put(new BatchTime(time), List.copyOf(outputs)));
        return batches;
    }

    /** The outputs of a batch to run again that have run before. */
    Set<String> done(long time) {
        return Set.copyOf(image.done.getOrDefault(time, Set.of()));
    }

    /** The batches to run again of which no output has run before. */
    public Set<BatchTime> notBegun() {
        Set<BatchTime> times = new TreeSet<>(plans().keySet());
        times.removeIf(time -> !done(time.milliseconds()).isEmpty());
        return times;
    }

    /** The outputs that have run before, by the batches to run again, in order. */
    Map<Long, Set<String>> done() {
        Map<Long, Set<String>> done = new TreeMap<>();
        image.planned.keySet().forEach(time -> done.put(time, done(time)));
        return done;
    }

    /** The plans of the batches to run again, by their times in milliseconds, in order. */
    Map<Long, JournalRecord.Plan> rawPlans() {
        return Collections.unmodifiableMap(image.planned);
    }
}
