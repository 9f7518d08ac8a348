/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.error.CheckpointException;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.internal.access.Handles;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.Durability;
import dev.millrace.internal.checkpoint.Recovered;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.commit.OutputCommitter;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.files.FileStores;
import dev.millrace.internal.files.ReadOnlyStore;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.InputServices;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.graph.ReceiverInput;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.lineage.RecordGuard;
import dev.millrace.internal.materialise.Restored;
import dev.millrace.internal.output.RowsPlace;
import dev.millrace.internal.owner.Epoch;
import dev.millrace.internal.quarantine.Quarantine;
import dev.millrace.internal.wal.WriteAheadLog;
import dev.millrace.spi.Clock;
import dev.millrace.spi.ExecutionEngine;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Opens a program: checks it as a whole, reads its checkpoint, restores state, and finishes what was decided. */
final class Launch {
    /** Tests of the tests put a broken protocol in here. */
    static volatile UnaryOperator<Durability> durabilityForTests = UnaryOperator.identity();

    private final MillraceContext context;
    private final StreamGraph graph;
    private final Settings settings;
    private final Clock clock;
    private final Listeners listeners;
    private final List<RecordGuard> guards;
    private final Quarantine quarantine;
    private final SharedByInputs shared;

    Launch(MillraceContext context, StreamGraph graph, Settings settings, Clock clock, Listeners listeners) {
        this(context, graph, settings, clock, listeners, false);
    }

    private Launch(
            MillraceContext context,
            StreamGraph graph,
            Settings settings,
            Clock clock,
            Listeners listeners,
            boolean replay) {
        this.context = context;
        this.graph = graph;
        this.settings = settings;
        this.clock = clock;
        this.listeners = listeners;
        guards = graph.guards(codec(), settings.get(Options.QUARANTINE_MOST));
        quarantine = replay ? Quarantine.forgetting(settings, guards) : new Quarantine(settings, guards);
        shared = new SharedByInputs(context, settings, clock, codec(), listeners);
    }

    /** For a run that tells nobody and keeps nothing. */
    static Launch toReplay(MillraceContext context, StreamGraph graph, Settings settings, Clock clock) {
        return new Launch(context, graph, settings, clock, new Listeners(), true);
    }

    /**
     * @param zero the time just before the first batch interval, if this is the very first start
     * @param virtualTime whether nothing is to happen in the background
     */
    Line open(BatchTime zero, boolean virtualTime) throws Exception {
        String directory = settings.get(Options.CHECKPOINT_DIRECTORY);
        check(directory != null);
        return claimed(() -> openClaimed(directory, zero, virtualTime));
    }

    /** The program as it was before a batch that its checkpoint retains, with that batch to run. Nothing is written. */
    Line openBefore(BatchTime batch, String directory) throws Exception {
        check(true);
        return claimed(() -> {
            FileStore store = new ReadOnlyStore(FileStores.open(directory));
            Recovered recovered = Checkpoint.readBefore(store, batch);
            checkSameProgram(recovered, directory);
            restore(recovered, codec(), beforeFirst(recovered, recovered.zero()));
            InputServices services = shared.open(settings.get(Options.WAL_ENABLE) ? store : null, Epoch.NONE);
            for (InputNode<?> input : graph.inputs()) {
                input.openAt(recovered.position(input.name()), services);
            }
            PlannedBatch planned =
                    new PlannedBatch(batch, recovered.plans().getOrDefault(batch, Map.of()), clock.nanos());
            return line(
                    recovered.zero(), null, null, List.of(planned), Durability.NONE, null, committer(Durability.NONE));
        });
    }

    private Line claimed(Callable<Line> opening) throws Exception {
        Handles.contexts().claim(context, this);
        try {
            return opening.call();
        } catch (Throwable e) {
            closeAfter(e, this::closeInputs);
            Handles.contexts().engine(context).forgetSteps();
            Handles.contexts().claim(context, null);
            throw e;
        }
    }

    /** What goes wrong now is because of what went wrong first. */
    private static void closeAfter(Throwable first, AutoCloseable part) {
        try {
            part.close();
        } catch (Exception alsoWrong) {
            first.addSuppressed(alsoWrong);
        }
    }

    private void closeInputs() throws Exception {
        List<AutoCloseable> parts = new ArrayList<>();
        graph.inputs().forEach(input -> parts.add(input::closeInput));
        parts.add(shared);
        Line.closeAll(parts);
    }

    private Line openClaimed(@Nullable String directory, BatchTime zero, boolean virtualTime) throws Exception {
        if (directory == null) {
            InputServices services = shared.open(null, Epoch.NONE);
            graph.inputs().forEach(input -> input.openAt(null, services));
            for (StreamNode<?> node : graph.durable()) {
                if (node instanceof StateNode<?, ?, ?> state) {
                    state.restore(Handles.contexts().engine(context), null, zero, null);
                }
            }
            return line(zero, null, null, List.of(), Durability.NONE, null, committer(Durability.NONE));
        }
        FileStore store = FileStores.open(directory);
        Checkpoint checkpoint = Checkpoint.open(
                store,
                new Checkpoint.Keeping(settings.get(Options.SNAPSHOT_BYTES), settings.get(Options.RETAINED_BATCHES)),
                takesOver());
        if (virtualTime) {
            checkpoint.foldAtOnce();
        }
        try {
            return recover(checkpoint, shared.open(logIn(store, directory), checkpoint.epoch()), directory, zero);
        } catch (Throwable e) {
            closeAfter(e, checkpoint);
            throw e;
        }
    }

    private boolean takesOver() {
        return settings.get(Options.TAKEOVER) || Boolean.getBoolean(Options.TAKEOVER.key());
    }

    /** Where received data is logged, or null if the program does not want that. */
    private @Nullable FileStore logIn(FileStore store, String directory) throws IOException {
        if (settings.get(Options.WAL_ENABLE)) {
            return store;
        }
        if (WriteAheadLog.isIn(store)) {
            throw new CheckpointException("the checkpoint " + directory
                    + " has a write-ahead log of received data, and "
                    + Options.WAL_ENABLE.key() + " is false; set it to true, or delete the directory wal there and with"
                    + " it what no batch has processed");
        }
        return null;
    }

    private void check(boolean durable) {
        List<String> problems = new ArrayList<>(settings.problems());
        problems.addAll(problems.isEmpty() ? Quarantine.problems(settings, guards) : List.of());
        problems.addAll(graph.problems());
        problems.addAll(durable ? codec().problems() : List.of());
        if (!problems.isEmpty()) {
            throw new InvalidProgramException("This program cannot be started:", problems);
        }
        List<String> missing = graph.missingNames();
        if (durable && explicitNames() && !missing.isEmpty()) {
            throw new InvalidProgramException(
                    "With a checkpoint directory, everything that is kept needs a name of its own:", missing);
        }
    }

    private boolean explicitNames() {
        return settings.get(Options.NAMES).equals("explicit");
    }

    private Line recover(Checkpoint checkpoint, InputServices services, String directory, BatchTime zero)
            throws Exception {
        Recovered recovered = checkpoint.recovered();
        quarantine.recover(recovered.lastDecided()); // before the inputs open, which may read it
        ValueCodec codec = codec();
        BatchTime origin = zero;
        if (!recovered.isNew()) {
            checkBelongs(recovered, directory);
            origin = recovered.zero();
        }
        restore(recovered, codec, beforeFirst(recovered, zero));
        for (InputNode<?> input : graph.inputs()) {
            input.openAt(recovered.position(input.name()), services);
        }
        checkLogBelongs(directory);
        checkpoint.begin(origin, graph.interval().toMillis(), !explicitNames(), graph.shape());
        Durability durability = durabilityForTests.apply(checkpoint);
        OutputCommitter committer = committer(durability);
        committer.retract(recovered.toRetract());
        for (Map.Entry<BatchTime, Map<String, List<String>>> batch :
                recovered.unpublished().entrySet()) {
            committer.publish(batch.getKey(), batch.getValue());
        }
        List<PlannedBatch> again = new ArrayList<>();
        recovered.plans().forEach((time, slices) -> again.add(new PlannedBatch(time, slices, clock.nanos())));
        return line(origin, recovered.lastTime(), recovered.lastDecided(), again, durability, codec, committer);
    }

    /** The time just before the first batch of this run; batches that run again have times in the past. */
    private static BatchTime beforeFirst(Recovered recovered, BatchTime zero) {
        BatchTime last = recovered.lastDecided();
        if (!recovered.plans().isEmpty()) {
            return last == null ? recovered.zero() : last;
        }
        return last == null || zero.isAfter(last) ? zero : last;
    }

    private OutputCommitter committer(Durability durability) {
        return new OutputCommitter(context, durability, graph.outputs(), !explicitNames(), quarantine, rows());
    }

    /** Durable if the program is. */
    private RowsPlace rows() {
        String directory = settings.get(Options.CHECKPOINT_DIRECTORY);
        return directory != null
                ? new RowsPlace(directory, "rows/", codec())
                : new RowsPlace(
                        settings.get(Options.SPILL_DIRECTORY).toString(),
                        "millrace-rows-" + UUID.randomUUID() + "-",
                        codec());
    }

    private Line line(
            BatchTime zero,
            @Nullable BatchTime lastTime,
            @Nullable BatchTime lastDecided,
            List<PlannedBatch> again,
            Durability durability,
            @Nullable ValueCodec codec,
            OutputCommitter committer) {
        if (settings.get(Options.BACKPRESSURE)) {
            for (InputNode<?> input : graph.inputs()) {
                if (input instanceof ReceiverInput<?> receiver && receiver.receives()) {
                    listeners.add(new RateController(receiver, settings, clock));
                }
            }
        }
        OutputPool pool = new OutputPool(settings.get(Options.CONCURRENT_JOBS));
        return new Line(
                context,
                graph,
                new BatchPlanner(graph.inputs(), graph.outputs(), durability, clock),
                new BatchRunner(context, graph, zero, durability, codec, committer, quarantine, pool, clock, listeners),
                durability,
                pool,
                zero,
                shared,
                lastTime,
                lastDecided,
                again);
    }

    /** The codec of the types that the program declares, by state types and by the configuration. */
    private ValueCodec codec() {
        return codecOf(context.getConf(), graph);
    }

    static ValueCodec codecOf(MillraceConf conf, StreamGraph graph) {
        Set<Class<?>> types = new LinkedHashSet<>(conf.registeredTypes());
        for (StreamNode<?> node : graph.durable()) {
            if (node instanceof StateNode<?, ?, ?> state && state.type() != null) {
                types.add(state.type().type());
            }
        }
        return new ValueCodec(types);
    }

    private void checkBelongs(Recovered recovered, String directory) {
        checkSameProgram(recovered, directory);
        checkOrphans(recovered, directory);
    }

    private void checkSameProgram(Recovered recovered, String directory) {
        if (recovered.interval() != graph.interval().toMillis()) {
            throw new CheckpointException("the checkpoint " + directory + " was made with a batch each "
                    + recovered.interval() + " ms, and the program has one each "
                    + graph.interval().toMillis() + " ms; bring the old interval back, or start with a new directory");
        }
        if ((recovered.derivedNames() || !explicitNames()) && !recovered.shape().equals(graph.shape())) {
            throw new CheckpointException("the checkpoint " + directory
                    + " was made with derived names by a program of another shape, so its state cannot be matched; give"
                    + " every operator a name and start with a new directory, or bring the old shape back:\n  then "
                    + recovered.shape() + "\n  now  " + graph.shape());
        }
    }

    private void checkOrphans(Recovered recovered, String directory) {
        Set<String> known = new LinkedHashSet<>();
        graph.durable().forEach(node -> known.add(node.keptName()));
        Set<String> orphans = new LinkedHashSet<>(recovered.steps());
        orphans.addAll(recovered.inputs());
        orphans.removeAll(known);
        if (!orphans.isEmpty()) {
            throw new CheckpointException("the checkpoint " + directory + " holds data of " + orphans
                    + ", and no operator of the program has such a name; give the operator its old name back, or start"
                    + " with a new directory");
        }
    }

    /** What a receiver has logged waits for an input of its name. */
    private void checkLogBelongs(String directory) throws IOException {
        Set<String> orphans = new TreeSet<>(shared.loggedStreams());
        graph.inputs().forEach(input -> orphans.remove(input.name()));
        if (!orphans.isEmpty()) {
            throw new CheckpointException(
                    "the checkpoint " + directory + " holds logged data of the receivers " + orphans
                            + ", and no input of the program has such a name; give the input its old name back, or start with a"
                            + " new directory");
        }
    }

    /** @param before the time just before the first batch */
    private void restore(Recovered recovered, ValueCodec codec, BatchTime before) {
        ExecutionEngine engine = Handles.contexts().engine(context);
        for (StreamNode<?> node : graph.durable()) {
            if (node instanceof StateNode<?, ?, ?> state) {
                Class<?> type =
                        state.type() == null ? Object.class : state.type().type();
                boolean known = recovered.steps().contains(node.keptName());
                state.restore(engine, known ? recovered.entries(node.keptName(), codec, type) : null, before, codec);
            } else if (node instanceof PaneNode<?> panes) {
                restorePanes(panes, recovered.step(node.keptName(), codec), engine);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static void restorePanes(PaneNode<?> panes, List<Restored.Entry> entries, ExecutionEngine engine) {
        Map<Long, TreeMap<Integer, List<Object>>> byTime = new TreeMap<>();
        for (Restored.Entry entry : entries) {
            List<Object> key = (List<Object>) entry.key();
            byTime.computeIfAbsent((Long) key.get(0), time -> new TreeMap<>())
                    .put((Integer) key.get(1), (List<Object>) entry.value());
        }
        byTime.forEach((time, logged) -> {
            BatchTime batch = new BatchTime(time);
            List<List<Object>> partitions = panes.placed(new ArrayList<>(logged.values()));
            engine.restore(new Restored.Pane(panes.name(), batch, partitions));
            panes.restored(batch, partitions.size(), logged.size());
        });
    }
}
