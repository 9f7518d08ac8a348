/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.codec.SchemaChange;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.internal.window.PanePart;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a checkpoint held when the context was started. */
public final class Recovered {
    private final CheckpointImage image;
    private final NavigableMap<BatchTime, SkippedBatch> skipped;
    private final KnownRuns known;
    private final long snapshot;
    private final Map<String, StepUpgrade> upgrades = new LinkedHashMap<>();
    private final List<JournalRecord.Drop> drops = new ArrayList<>();
    private final Map<String, List<BatchTime>> droppedOutputs = new TreeMap<>();

    Recovered(CheckpointImage image) {
        this(new Snapshots.Loaded(0, image));
    }

    Recovered(Snapshots.Loaded loaded) {
        image = loaded.image();
        snapshot = loaded.number();
        KeyedEntries entries = image.entries.get(CheckpointImage.SKIPPED);
        skipped = entries == null
                ? new TreeMap<>()
                : SkippedBatch.all(entries); // asked for after entries are forgotten, too
        KeyedEntries runs = image.entries.get(CheckpointImage.RUNS);
        known = runs == null ? new KnownRuns() : KnownRuns.of(runs);
    }

    /** The number of the snapshot that was read before the journals; 0 if there was none. */
    public long snapshot() {
        return snapshot;
    }

    /** Whether this is the very first start. */
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
        Set<String> inputs = new TreeSet<>(image.inputs());
        image.planned
                .values()
                .forEach(plan -> plan.slices().forEach((input, slice) -> {
                    if (!slice.isEmpty() || !slice.positions().isEmpty()) {
                        inputs.add(input);
                    }
                }));
        return inputs;
    }

    /** The runs that its journals and snapshots tell of, and those that it has learnt of since. */
    public KnownRuns knownRuns() {
        return known;
    }

    /** Lets go of what the engine and the inputs have taken over. */
    void forgetEntries() {
        image.entries.clear();
        upgrades.clear();
        drops.clear();
    }

    public List<String> steps() {
        return image.steps();
    }

    /** What a step holds, for people. */
    public StepSummary summary(String step) {
        return StepSummary.of(image.entries.getOrDefault(CheckpointImage.STEP + step, new KeyedEntries()));
    }

    /** The keys and values that a step held. */
    public List<StateEntry> step(String name, ValueCodec codec) {
        List<StateEntry> all = new ArrayList<>();
        entries(name, codec, Object.class).forEach(all::add);
        return all;
    }

    /**
     * The keys and values that a step held, in the types of today; decoded while they are gone through, which may be once
     * and must be to the end. What changes with the types is written when the checkpoint begins.
     *
     * @param valueType what the values are, as the program says
     */
    public Iterable<StateEntry> entries(String name, ValueCodec codec, Class<?> valueType) {
        StepUpgrade upgrade = upgrade(name, codec, valueType);
        return upgrade == null ? List.of() : upgrade;
    }

    /**
     * The same for the panes of a window: their partitions in order, whose records are decoded while they are gone through.
     *
     * @throws dev.millrace.error.CheckpointException while it is gone through, if the step was a state
     */
    public Iterable<PanePart> parts(String name, ValueCodec codec) {
        StepUpgrade upgrade = upgrade(name, codec, Object.class);
        return upgrade == null ? List.of() : upgrade::parts;
    }

    private @Nullable StepUpgrade upgrade(String name, ValueCodec codec, Class<?> valueType) {
        KeyedEntries entries = image.entries.get(CheckpointImage.STEP + name);
        if (entries == null) {
            return null;
        }
        StepUpgrade upgrade = new StepUpgrade(name, entries, codec, valueType);
        upgrades.put(name, upgrade);
        return upgrade;
    }

    /** How many keys a step holds about: those of the snapshot, without what has changed since. */
    public long about(String name) {
        KeyedEntries entries = image.entries.get(CheckpointImage.STEP + name);
        return entries == null ? 0 : entries.inFile();
    }

    /** What becomes of the types that a step uses. Whether single values fit, {@link #step} finds. */
    public List<SchemaChange> typeChanges(String name, ValueCodec codec) {
        KeyedEntries entries = image.entries.get(CheckpointImage.STEP + name);
        if (entries == null) {
            return List.of();
        }
        Schemas used = new Schemas();
        entries.forEachEncoded((key, value, touched) -> {
            codec.noteRead(key, entries.schemas(), used);
            codec.noteRead(value, entries.schemas(), used);
        });
        return used.all().stream().map(codec::changeOf).toList();
    }

    /** Whether values of the step may have to be brought into another shape, or be refused. */
    public boolean isOfOtherTypes(String name, ValueCodec codec) {
        KeyedEntries entries = image.entries.get(CheckpointImage.STEP + name);
        return entries != null && (codec.refuses(entries.schemas()) || codec.rewrites(entries.schemas()));
    }

    /** Whether {@link #entries}, when gone through, found something that is to be written in another form. */
    public boolean isRewritten(String name) {
        StepUpgrade upgrade = upgrades.get(name);
        return upgrade != null && upgrade.changesAnything();
    }

    /** What a step holds is dropped when the checkpoint begins. */
    public void dropStep(String name) {
        drops.add(new JournalRecord.Drop(CheckpointImage.STEP + name, -1, false));
    }

    /**
     * The position of an input is dropped when the checkpoint begins, with what batches under way take from it.
     *
     * @param nextBlock the number after the last block that the log has of it; -1 if it has none
     */
    public void dropInput(String name, long nextBlock) {
        drops.add(new JournalRecord.Drop(CheckpointImage.INPUT + name, nextBlock, false));
    }

    /**
     * Drops an output when the checkpoint begins: from then on its staged batches are not published any more, and those that
     * it has published are not taken back.
     */
    public void dropOutput(String name) {
        List<BatchTime> stays = new ArrayList<>();
        toRetract().forEach((time, outputs) -> {
            if (outputs.contains(name)) {
                stays.add(time);
            }
        });
        droppedOutputs.put(name, stays);
        image.dropOutput(name);
    }

    /** The outputs that are dropped, each with the batches of which it does not take back what it has published. */
    public Map<String, List<BatchTime>> droppedOutputs() {
        return droppedOutputs;
    }

    /** Inputs and steps that were or will be dropped, each with the first block of the log that is not, or -1. */
    public Map<String, Long> dropped() {
        Map<String, Long> dropped = image.dropped();
        drops.forEach(drop -> dropped.merge(drop.name(), drop.nextBlock(), Math::max));
        return dropped;
    }

    /**
     * Gives on what a start changes, in the order to write it.
     *
     * @param blockBytes how large a change block becomes
     */
    void forEachChange(int blockBytes, Consumer<JournalRecord.Change> each) {
        drops.forEach(each);
        upgrades.forEach((step, upgrade) ->
                upgrade.writeBlocks(blockBytes, block -> each.accept(new JournalRecord.Upgrade(step, block, false))));
    }

    /** The position of an input, or null if it has none yet. */
    public @Nullable Map<Object, Object> position(String input) {
        if (!image.entries.containsKey(CheckpointImage.INPUT + input)
                && pendingPositions(input).isEmpty()) {
            return null;
        }
        Map<Object, Object> position = new LinkedHashMap<>();
        KeyedEntries entries = image.entries.get(CheckpointImage.INPUT + input);
        if (entries != null) {
            entries.forEach( // there may be millions
                    ValueCodec.builtIn(), (key, value, touched) -> position.put(key, value));
        }
        for (InputSlice slice : pendingPositions(input)) {
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

    private List<InputSlice> pendingPositions(String input) {
        List<InputSlice> slices = new ArrayList<>();
        image.planned.values().forEach(plan -> {
            InputSlice slice = plan.slices().get(input);
            if (slice != null) {
                slices.add(slice);
            }
        });
        return slices;
    }

    /** The batches to run again, in order, with what they take. */
    public Map<BatchTime, Map<String, InputSlice>> plans() {
        Map<BatchTime, Map<String, InputSlice>> plans = new LinkedHashMap<>();
        image.planned.forEach((time, plan) -> plans.put(new BatchTime(time), plan.slices()));
        return plans;
    }

    /** The batches that were skipped, from the very first on. */
    public NavigableMap<BatchTime, SkippedBatch> skipped() {
        return skipped;
    }

    /** The first batch to run again, with what it takes and its outputs; null if there is none. */
    JournalRecord.@Nullable Plan firstPlan() {
        Map.Entry<Long, JournalRecord.Plan> first = image.planned.firstEntry();
        return first == null ? null : first.getValue();
    }

    /** Writes what there is now as a snapshot, with one of the batches to run again. */
    void writeBefore(JournalRecord.Plan batch, SnapshotWriter writer, EpochFile snapshot) throws IOException {
        writer.makeVisible(writer.build(image, List.of(batch), true, snapshot));
    }

    /** The batches that are decided and perhaps not visible everywhere: staged parts by output. */
    public Map<BatchTime, Map<String, List<String>>> unpublished() {
        Map<BatchTime, Map<String, List<String>>> batches = new LinkedHashMap<>();
        image.unpublished.forEach((time, prepared) -> batches.put(new BatchTime(time), prepared.staged()));
        return batches;
    }

    /** Those of them that were not skipped: of a batch that was, there is nothing to publish. */
    public Map<BatchTime, Map<String, List<String>>> toPublish() {
        Map<BatchTime, Map<String, List<String>>> batches = unpublished();
        batches.keySet().removeAll(skipped.keySet());
        return batches;
    }

    /** The program that decided and staged one of the batches that are perhaps not visible everywhere. */
    public CheckpointIdentity decidedBy(BatchTime unpublished) {
        return Objects.requireNonNull(image.unpublished.get(unpublished.milliseconds()))
                .by();
    }

    /** The epochs of who has decided them. */
    public Map<BatchTime, Long> decidingEpochs() {
        Map<BatchTime, Long> epochs = new LinkedHashMap<>();
        image.unpublished.forEach((time, prepared) ->
                epochs.put(new BatchTime(time), prepared.by().epoch()));
        return epochs;
    }

    /** The records of these batches that the next journal must repeat. */
    List<JournalRecord> unpublishedAgain() {
        return image.unpublishedAgain();
    }

    /** What a roll back wants to be taken back: outputs by batch, the latest batch first. */
    public Map<BatchTime, List<String>> toRetract() {
        Map<BatchTime, List<String>> batches = new LinkedHashMap<>();
        image.toRetract
                .descendingMap()
                .forEach((time, outputs) -> batches.put(new BatchTime(time), List.copyOf(outputs)));
        return batches;
    }

    /** The outputs of a batch to run again that have run before. */
    Set<String> done(long time) {
        return image.done.getOrDefault(time, Set.of());
    }

    /** From here on the batches to run again take nothing from inputs that are dropped. */
    void dropFromPlans() {
        drops.forEach(image::drop);
    }

    Map<Long, JournalRecord.Plan> rawPlans() {
        return image.planned;
    }
}
