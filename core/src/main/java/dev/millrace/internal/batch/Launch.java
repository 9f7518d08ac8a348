/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.MillraceContext;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.internal.access.Handles;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.Durability;
import dev.millrace.internal.checkpoint.KeptInput;
import dev.millrace.internal.checkpoint.Recovered;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.commit.OutputCommitter;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.files.FileStores;
import dev.millrace.internal.files.ReadOnlyStore;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.InputServices;
import dev.millrace.internal.graph.ReceiverInput;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.lineage.RecordGuard;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.output.RowsPlace;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.owner.Revocation;
import dev.millrace.internal.quarantine.Quarantine;
import dev.millrace.spi.Clock;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.UpgradePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Opens a program: checks it as a whole, claims its context and checkpoint, and puts together what runs its batches. */
final class Launch {
    private final MillraceContext context;
    private final StreamGraph graph;
    private final Settings settings;
    private final Clock clock;
    private final Listeners listeners;
    private final Threads threads;
    private final List<RecordGuard> guards;
    private final Quarantine quarantine;
    private final SharedByInputs shared;
    private ContextLog log; // until a start is known to be one, nobody operates it
    private final Revocation revocation;

    Launch(
            MillraceContext context,
            StreamGraph graph,
            Settings settings,
            Clock clock,
            Listeners listeners,
            Threads threads) {
        this(context, graph, settings, clock, listeners, threads, false);
    }

    private Launch(
            MillraceContext context,
            StreamGraph graph,
            Settings settings,
            Clock clock,
            Listeners listeners,
            Threads threads,
            boolean replay) {
        this.context = context;
        this.graph = graph;
        this.settings = settings;
        this.clock = clock;
        this.listeners = listeners;
        this.threads = threads;
        log = ContextLog.debugging(clock);
        revocation = new Revocation("context \"" + settings.get(Options.APP_NAME) + "\"");
        guards = graph.guards(codec(), settings.get(Options.QUARANTINE_MOST));
        quarantine = replay ? Quarantine.forgetting(settings, guards) : new Quarantine(settings, guards);
        shared = new SharedByInputs(context, settings, clock, codec(), listeners);
    }

    /** For a run that tells nobody and keeps nothing. */
    static Launch toReplay(MillraceContext context, StreamGraph graph, Settings settings, Clock clock) {
        return new Launch(context, graph, settings, clock, new Listeners(), Threads.OWN, true);
    }

    /**
     * @param zero the time just before the first batch interval, if this is the very first start
     * @param virtualTime whether nothing is to happen in the background
     */
    Line open(BatchTime zero, boolean virtualTime) throws Exception {
        String directory = settings.get(Options.CHECKPOINT_DIRECTORY);
        check(directory != null);
        log = new ContextLog(
                settings.get(Options.APP_NAME), clock, !virtualTime, settings.get(Options.LOG_SUMMARY_INTERVAL));
        return claimed(
                () -> directory == null ? withoutCheckpoint(zero) : withCheckpoint(directory, zero, virtualTime));
    }

    /** If types are checked, what a checkpoint would keep is encoded all the same, and dropped. */
    private Line withoutCheckpoint(BatchTime zero) throws Exception {
        ValueCodec encoding = settings.get(Options.CHECK_TYPES) ? codec() : null;
        InputServices services = shared.open(null, Epoch.NONE, null);
        graph.inputs().forEach(input -> input.openAt(null, services));
        for (StreamNode<?> node : graph.durable()) {
            if (node instanceof StateNode<?, ?, ?> state) {
                state.restore(Handles.contexts().engine(context), null, 0, zero, encoding);
            }
        }
        return line(
                zero,
                null,
                null,
                null,
                List.of(),
                Durability.NONE,
                encoding,
                committer(Durability.NONE, CheckpointIdentity.NONE));
    }

    private Line withCheckpoint(String directory, BatchTime zero, boolean virtualTime) throws Exception {
        FileStore store = FileStores.open(directory);
        Checkpoint checkpoint = Checkpoint.open(
                store,
                new Checkpoint.Keeping(settings.get(Options.SNAPSHOT_BYTES), settings.get(Options.RETAINED_BATCHES)),
                settings.get(Options.TAKEOVER) || Boolean.getBoolean(Options.TAKEOVER.key()),
                revocation);
        if (virtualTime) {
            checkpoint.foldAtOnce();
        }
        try {
            return recover(checkpoint, store, directory, zero);
        } catch (Throwable e) {
            try {
                checkpoint.checkAfter(e);
                throw e;
            } catch (Throwable toTell) {
                closeAfter(toTell, checkpoint);
                throw toTell;
            }
        }
    }

    private Line recover(Checkpoint checkpoint, FileStore store, String directory, BatchTime zero) throws Exception {
        Recovered recovered = checkpoint.recovered();
        quarantine.recover(
                checkpoint.epoch(),
                recovered.lastDecided(),
                recovered.decidingEpochs(),
                recovered.plans().keySet()); // before the inputs open, which may read it
        Recovery recovery = recovery(store, directory, recovered);
        recovery.restore(zero, shared, inputServices(store, checkpoint.epoch(), recovered));
        String resumption = recovery.resumption(); // before any of it is done
        BatchTime origin = recovery.begin(checkpoint, zero, shared);
        OutputCommitter committer = committer(checkpoint, checkpoint.identity());
        recovery.finish(committer);
        return line(
                origin,
                recovery.lastTime(origin),
                recovered.lastDecided(),
                resumption,
                recovery.again(clock),
                checkpoint,
                codec(),
                committer);
    }

    /** Leaves behind an {@link #open} that does not end: it can record and publish nothing any more. Any thread. */
    void revoke() {
        revocation.revoke();
    }

    /** The program as it was before a batch that its checkpoint retains, with that batch to run. Nothing is written. */
    Line openBefore(BatchTime batch, String directory) throws Exception {
        check(true);
        return claimed(() -> {
            FileStore store = KeptInput.before(new ReadOnlyStore(FileStores.open(directory)), batch);
            Recovered recovered = Checkpoint.readBefore(store, batch);
            recovery(store, directory, recovered)
                    .restoreToReplay(inputServices(store, Ownership.readerOf(store), recovered));
            PlannedBatch planned =
                    new PlannedBatch(batch, recovered.plans().getOrDefault(batch, Map.of()), clock.nanos(), "");
            return line(
                    recovered.zero(),
                    null,
                    null,
                    null,
                    List.of(planned),
                    Durability.REPLAY,
                    null,
                    committer(Durability.REPLAY, CheckpointIdentity.NONE));
        });
    }

    /** What {@link #open} would do with a checkpoint. Nothing is started, locked, written or taken. */
    UpgradePlan rehearse(String directory) throws IOException {
        check(true);
        FileStore store = FileStores.open(directory);
        return recovery(store, directory, Checkpoint.peek(store)).rehearse();
    }

    private Recovery recovery(FileStore store, String directory, Recovered recovered) {
        return new Recovery(context, graph, settings, store, directory, recovered);
    }

    private InputServices inputServices(FileStore store, Epoch epoch, Recovered recovered) {
        return shared.open(settings.get(Options.WAL_ENABLE) ? store : null, epoch, recovered);
    }

    private void check(boolean durable) {
        List<String> problems = new ArrayList<>(settings.problems());
        problems.addAll(problems.isEmpty() ? Quarantine.problems(settings, guards) : List.of());
        problems.addAll(graph.problems());
        problems.addAll(durable || settings.get(Options.CHECK_TYPES) ? typeProblems() : List.of());
        List<String> missing = durable && explicitNames() ? graph.missingNames() : List.of();
        if (problems.isEmpty() && !missing.isEmpty()) {
            throw new InvalidProgramException(
                    "With a checkpoint directory, everything that is kept needs a name of its own:", missing);
        }
        problems.addAll(missing);
        if (!problems.isEmpty()) {
            throw new InvalidProgramException("This program cannot be started:", problems);
        }
    }

    private List<String> typeProblems() {
        ValueCodec codec = codec();
        List<String> problems = new ArrayList<>(codec.problems());
        problems.addAll(EncodedTypes.problems(graph, codec));
        return problems;
    }

    private boolean explicitNames() {
        return settings.get(Options.NAMES).equals("explicit");
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
        } catch (Throwable alsoWrong) {
            first.addSuppressed(alsoWrong);
        }
    }

    private void closeInputs() throws Exception {
        List<AutoCloseable> parts = new ArrayList<>();
        graph.inputs().forEach(input -> parts.add(input::closeInput));
        parts.add(shared);
        Line.closeAll(parts);
    }

    private OutputCommitter committer(Durability durability, CheckpointIdentity writer) {
        return new OutputCommitter(context, durability, graph.outputs(), !explicitNames(), quarantine, rows(writer));
    }

    /** Durable if the program is. */
    private RowsPlace rows(CheckpointIdentity writer) {
        String directory = settings.get(Options.CHECKPOINT_DIRECTORY);
        return directory != null
                ? new RowsPlace(directory, "rows/", codec(), writer)
                : new RowsPlace(
                        settings.get(Options.SPILL_DIRECTORY).toString(),
                        "millrace-rows-" + UUID.randomUUID() + "-",
                        codec(),
                        writer);
    }

    private Line line(
            BatchTime zero,
            @Nullable BatchTime lastTime,
            @Nullable BatchTime lastDecided,
            @Nullable String resumption,
            List<PlannedBatch> again,
            Durability durability,
            @Nullable ValueCodec codec,
            OutputCommitter committer) {
        Audience audience = new Audience(log, listeners, rates());
        OutputPool pool = new OutputPool(settings.get(Options.CONCURRENT_JOBS), threads);
        return new Line(
                context,
                graph,
                new BatchPlanner(graph.inputs(), graph.outputs(), durability, clock),
                audience,
                new BatchRunner(context, graph, zero, durability, codec, committer, quarantine, pool, clock, audience),
                durability,
                pool,
                zero,
                shared,
                lastTime,
                lastDecided,
                resumption,
                again);
    }

    private List<RateController> rates() {
        List<RateController> rates = new ArrayList<>();
        if (settings.get(Options.BACKPRESSURE)) {
            for (InputNode<?> input : graph.inputs()) {
                if (input instanceof ReceiverInput<?> receiver && receiver.receives()) {
                    rates.add(new RateController(receiver, settings, clock));
                }
            }
        }
        return rates;
    }

    /** The codec of all types that the program declares: by its states, its context and its configuration. */
    private ValueCodec codec() {
        return codecOf(context);
    }

    static ValueCodec codecOf(MillraceContext context) {
        return new ValueCodec(context.getConf().registeredTypes());
    }
}
