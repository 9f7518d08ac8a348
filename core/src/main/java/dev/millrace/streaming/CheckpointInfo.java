/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.KeptInput;
import dev.millrace.internal.checkpoint.Reading;
import dev.millrace.internal.checkpoint.StepSummary;
import dev.millrace.internal.codec.Schema;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.io.files.FileAnswers;
import dev.millrace.internal.start.Positions;
import dev.millrace.spi.FileStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a checkpoint directory, read without its program and without changing it: nothing is locked or written, and no
 * class of the program is needed. A program may use the directory at the same time; then these are as it had written them when
 * the directory was read. Immutable.
 */
public final class CheckpointInfo {
    private final CheckpointContents contents; // only its inputs are still there
    private final List<Step> steps;
    private final List<Accumulator> accumulators;
    private final List<BatchTime> kept;
    private final List<Output> outputs;
    private final UUID id;
    private final @Nullable String owner;
    private final List<Skipped> skipped;

    private CheckpointInfo(
            UUID id,
            CheckpointContents contents,
            List<Step> steps,
            List<Accumulator> accumulators,
            List<BatchTime> kept,
            List<Output> outputs,
            @Nullable String owner,
            List<Skipped> skipped) {
        this.id = id;
        this.owner = owner;
        this.contents = contents;
        this.steps = steps;
        this.accumulators = accumulators;
        this.kept = kept;
        this.outputs = outputs;
        this.skipped = skipped;
    }

    /**
     * A batch that is not complete.
     *
     * @param inputs what it takes from each input, in words; empty once it is decided
     * @param parts how many parts are staged for each output; empty until it is decided
     */
    public record Batch(BatchTime time, Map<String, String> inputs, Map<String, Integer> parts) {}

    /**
     * A batch that {@link CheckpointSkip} has passed by.
     *
     * @param at when that was
     * @param reason why; empty if nobody said it
     * @param inputs what it had taken from each input that had something, in words
     * @param kept whether what it needs to be replayed is kept
     */
    public record Skipped(BatchTime time, Instant at, String reason, Map<String, String> inputs, boolean kept) {}

    /**
     * An input of the program.
     *
     * @param position how far it is, in words, such as {@code files of /in: 12 files seen}
     */
    public record Input(String name, String position) {}

    /** The kinds of steps that keep something. */
    public enum Kind {
        /** Keys with a state each. */
        STATE,
        /** The records of the last batches, for windows. */
        WINDOW
    }

    /**
     * The contents of a state or a window.
     *
     * @param entries the number of keys of a state, or of records of a window
     * @param batches the batches whose records a window keeps; empty for a state
     * @param bytes of keys and values as they are stored
     * @param keyTypes the types of a state's keys, as they are stored
     * @param valueTypes the types of states, or of a window's records
     * @param types the records, classes and enums that are stored
     */
    public record Step(
            String name,
            Kind kind,
            long entries,
            List<BatchTime> batches,
            long bytes,
            List<String> keyTypes,
            List<String> valueTypes,
            List<Type> types) {}

    /**
     * A record, class or enum as it is stored.
     *
     * @param fields its components and their types, in order; empty for an enum
     */
    public record Type(String name, boolean isEnum, Map<String, String> fields) {}

    /**
     * A staged output.
     *
     * @param lastPublished the last batch that it has published, or null
     * @param parts how many parts that batch had
     */
    public record Output(String name, @Nullable BatchTime lastPublished, int parts) {}

    /**
     * A durable accumulator, as decided batches have left it.
     *
     * @param sum a Long or Double; null for a collection
     * @param count how often something was added to a sum, or how many values a collection has
     */
    public record Accumulator(String name, @Nullable Number sum, long count) {}

    /**
     * Reads a checkpoint directory.
     *
     * @throws dev.millrace.error.CheckpointException if it is none, or damaged
     */
    public static CheckpointInfo read(Path directory) {
        FileStore store = new LocalFileStore(directory);
        return Reading.tell(store, contents -> of(store, contents));
    }

    private static CheckpointInfo of(FileStore store, CheckpointContents contents) {
        Map<String, Output> outputs = new TreeMap<>();
        contents.unpublished()
                .values()
                .forEach(staged -> staged.keySet().forEach(name -> outputs.put(name, new Output(name, null, 0))));
        Reading.lastReceipts(store)
                .forEach((name, receipt) ->
                        outputs.put(name, new Output(name, new BatchTime(receipt.time()), receipt.parts())));
        return new CheckpointInfo(
                Reading.id(store),
                contents,
                new TreeSet<>(contents.steps())
                        .stream()
                                .map(name -> step(name, contents.summary(name)))
                                .toList(),
                contents.accumulators().stream()
                        .map(found -> new Accumulator(found.name(), found.sum(), found.count()))
                        .sorted(Comparator.comparing(Accumulator::name))
                        .toList(),
                Reading.kept(store),
                List.copyOf(outputs.values()),
                Reading.lastOwner(store),
                contents.skipped().values().stream()
                        .map(batch -> new Skipped(
                                batch.time(),
                                Instant.ofEpochMilli(batch.at()),
                                batch.reason(),
                                batch.inputs(),
                                KeptInput.has(store, batch.time())))
                        .toList());
    }

    /**
     * The id of the checkpoint, drawn when the directory was first used, which each of its files bears. A copy of the directory
     * has the same.
     */
    public UUID id() {
        return id;
    }

    /** The program that has used the directory last: process, host and since when. It may have ended. */
    public Optional<String> owner() {
        return Optional.ofNullable(owner);
    }

    /** The batch interval. */
    public Duration interval() {
        return Duration.ofMillis(contents.interval());
    }

    /** The last batch that is decided, so that it is never run again; null before the first. */
    public @Nullable BatchTime lastDecided() {
        return contents.lastDecided();
    }

    /** The batches that are planned and not decided, in order: the next start runs them again. */
    public List<Batch> underWay() {
        List<Batch> batches = new ArrayList<>();
        contents.plans().forEach((time, slices) -> {
            Map<String, String> inputs = new LinkedHashMap<>();
            slices.forEach((input, slice) -> inputs.put(input, slice.isEmpty() ? "nothing" : slice.description()));
            batches.add(new Batch(time, inputs, Map.of()));
        });
        return batches;
    }

    /**
     * The batches that are decided and perhaps not visible everywhere, in order: the next start publishes them. None of them
     * was skipped.
     */
    public List<Batch> unpublished() {
        List<Batch> batches = new ArrayList<>();
        contents.toPublish().forEach((time, staged) -> {
            Map<String, Integer> parts = new LinkedHashMap<>();
            staged.forEach((output, names) -> parts.put(output, names.size()));
            batches.add(new Batch(time, Map.of(), parts));
        });
        return batches;
    }

    /** The decided batches that the directory still knows whole, with the state before them; in order. */
    public List<BatchTime> kept() {
        return kept;
    }

    /** The batches that were skipped, in order, from the very first on. */
    public List<Skipped> skipped() {
        return skipped;
    }

    /** The inputs that have taken something. */
    public List<Input> inputs() {
        return contents.inputs().stream()
                .map(name -> new Input(name, Positions.inWords(contents.position(name))))
                .toList();
    }

    /** The states and windows. */
    public List<Step> steps() {
        return steps;
    }

    private static Step step(String name, StepSummary summary) {
        return new Step(
                name,
                summary.panes().isEmpty() ? Kind.STATE : Kind.WINDOW,
                summary.entries(),
                summary.panes().stream().map(BatchTime::new).toList(),
                summary.bytes(),
                summary.keyTypes(),
                summary.valueTypes(),
                summary.schemas().stream().map(CheckpointInfo::type).toList());
    }

    private static Type type(Schema schema) {
        Map<String, String> fields = new LinkedHashMap<>();
        schema.fields()
                .forEach(field -> fields.put(
                        field.name(), field.type() == null ? "?" : field.type().toString()));
        return new Type(schema.typeName(), schema.kind() == Schema.Kind.ENUM, fields);
    }

    /** The durable accumulators to which decided batches have added something, by name. */
    public List<Accumulator> accumulators() {
        return accumulators;
    }

    /** The staged outputs that have published something, or are about to. */
    public List<Output> outputs() {
        return outputs;
    }

    /**
     * Explains for each file stream of the program, by its name, in one sentence, why it has read a file or has not.
     *
     * @param path the file, relative or absolute, or a URI if it is of another file system
     */
    public Map<String, String> why(String path) {
        Map<String, String> answers = new LinkedHashMap<>();
        for (String input : contents.inputs()) {
            Map<Object, Object> position = contents.position(input);
            if (position != null && FileAnswers.isOfFiles(position)) {
                answers.put(input, FileAnswers.of(path, position));
            }
        }
        return answers;
    }
}
