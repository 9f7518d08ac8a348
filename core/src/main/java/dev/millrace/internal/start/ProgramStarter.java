/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.internal.checkpoint.BatchLog;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.KeptInput;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.files.FileStores;
import dev.millrace.internal.files.ReadOnlyStore;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.InputServices;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.io.output.RowFiles;
import dev.millrace.internal.io.output.RowsPlace;
import dev.millrace.internal.lineage.RecordGuard;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.owner.Revocation;
import dev.millrace.internal.quarantine.Quarantine;
import dev.millrace.internal.quarantine.QuarantineOwner;
import dev.millrace.internal.runtime.Audience;
import dev.millrace.internal.runtime.BatchPlanner;
import dev.millrace.internal.runtime.BatchRunner;
import dev.millrace.internal.runtime.ContextLog;
import dev.millrace.internal.runtime.Listeners;
import dev.millrace.internal.runtime.OpenProgram;
import dev.millrace.internal.runtime.OutputCommitter;
import dev.millrace.internal.runtime.OutputPool;
import dev.millrace.internal.runtime.PlannedBatch;
import dev.millrace.internal.runtime.RateController;
import dev.millrace.internal.runtime.StartCalls;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.Clock;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.UpgradePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Opens a program: checks it as a whole, claims its context and checkpoint, and puts together what runs its batches. */
public final class ProgramStarter {
    private final ContextRuntime runtime;
    private final StreamGraph graph;
    private final Settings settings;
    private final Clock clock;
    private final Listeners listeners;
    private final Threads threads;
    private final StartingProgram program;
    private final Map<StreamNode<?>, RecordGuard> guards;
    private final Quarantine quarantine;
    private final SharedByInputs shared;
    private ContextLog log; // for debugging until the program was checked
    private final Revocation revocation;

    /** @param replay whether it runs one batch again, and keeps nothing */
    public ProgramStarter(
            ContextRuntime runtime,
            StreamGraph graph,
            Settings settings,
            Clock clock,
            Listeners listeners,
            Threads threads,
            boolean replay) {
        this.runtime = runtime;
        this.graph = graph;
        this.settings = settings;
        this.clock = clock;
        this.listeners = listeners;
        this.threads = threads;
        log = ContextLog.debugging(clock);
        revocation = new Revocation("context \"" + settings.get(Options.APP_NAME) + "\"");
        // of all types that the program declares: by its states, its context and its configuration
        ValueCodec codec = new ValueCodec(runtime.context().getConf().registeredTypes());
        program = new StartingProgram(runtime.engine(), graph, settings, codec, new StartCalls());
        guards = graph.guards(codec, settings.get(Options.QUARANTINE_MOST));
        quarantine = new Quarantine(settings, List.copyOf(guards.values()), !replay);
        shared = new SharedByInputs(runtime, settings, clock, threads, codec, listeners::tell, replay);
    }

    /** For a replay, which has no listeners and keeps nothing. */
    public static ProgramStarter toReplay(ContextRuntime runtime, StreamGraph graph, Settings settings, Clock clock) {
        return new ProgramStarter(runtime, graph, settings, clock, new Listeners(), Threads.OWN, true);
    }

    /**
     * @param zero the time just before the first batch interval, if this is the very first start
     * @param virtualTime whether nothing is to happen in the background
     */
    public OpenProgram open(BatchTime zero, boolean virtualTime) throws Exception {
        String directory = settings.get(Options.CHECKPOINT_DIRECTORY);
        List<String> problems = new ArrayList<>();
        if (!settings.get(Options.EXTRA_LISTENERS).isEmpty()) {
            ExtraListeners extra = ExtraListeners.of(settings, runtime.context().getConf());
            problems.addAll(extra.problems());
            listeners.configure(extra.made());
        }
        check(directory != null, problems);
        log = new ContextLog(
                settings.get(Options.APP_NAME), clock, !virtualTime, settings.get(Options.LOG_SUMMARY_INTERVAL));
        return withClaim(() -> {
            if (!virtualTime) {
                program.prepareOutputs();
            }
            return directory == null ? withoutCheckpoint(zero) : withCheckpoint(directory, zero, virtualTime);
        });
    }

    /** Opens a program that keeps nothing. If types are checked, what a checkpoint would keep is encoded all the same, and dropped. */
    private OpenProgram withoutCheckpoint(BatchTime zero) throws Exception {
        Optional<String> problem = QuarantineOwner.problem(settings, null);
        if (problem.isPresent()) {
            throw new InvalidProgramException("This program cannot be started:", List.of(problem.get()));
        }
        ValueCodec encoding = settings.get(Options.CHECK_TYPES) ? program.codec() : null;
        InputServices services = shared.open(null, Epoch.NONE, null);
        graph.inputs().forEach(input -> input.openAt(null, services));
        graph.inputs().forEach(InputNode::chosenPosition); // what comes from now on is new
        program.beginStates(List.of(), zero, encoding);
        OutputCommitter committer = committer(BatchLog.NONE, CheckpointIdentity.NONE);
        try {
            committer.open(Map.of(), program.calls());
        } catch (Throwable e) {
            closeAfter(e, committer);
            throw e;
        }
        return assemble(zero, null, null, null, List.of(), BatchLog.NONE, encoding, committer);
    }

    private OpenProgram withCheckpoint(String directory, BatchTime zero, boolean virtualTime) throws Exception {
        FileStore store = FileStores.open(directory);
        Checkpoint checkpoint = Checkpoint.open(
                store,
                new Checkpoint.Keeping(settings.get(Options.SNAPSHOT_BYTES), settings.get(Options.RETAINED_BATCHES)),
                settings.get(Options.TAKEOVER) || Boolean.getBoolean(Options.TAKEOVER.key()),
                revocation,
                threads);
        if (virtualTime) {
            checkpoint.compactAtOnce();
        }
        try {
            return goOn(checkpoint, store, directory, zero);
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

    /** Has the program go on from what the checkpoint holds, which may be nothing yet. */
    private OpenProgram goOn(Checkpoint checkpoint, FileStore store, String directory, BatchTime zero)
            throws Exception {
        runtime.durableAccumulators().restore(checkpoint.contents().accumulators(program.codec()));
        Start.Started started = new Start(program, shared, store, directory)
                .planAndApply(checkpoint, zero, quarantine, () -> committer(checkpoint, checkpoint.identity()));
        List<PlannedBatch> toRunAgain = new ArrayList<>();
        started.toRunAgain()
                .forEach((time, slices) -> toRunAgain.add(new PlannedBatch(
                        time, slices, clock.wallMillis(), clock.nanos(), SkipAdvice.of(directory, time))));
        return assemble(
                started.times().zero(),
                started.times().last(),
                started.lastDecided(),
                started.resumption(),
                toRunAgain,
                checkpoint,
                program.codec(),
                started.committer());
    }

    /** Has an {@link #open} wait no longer for outputs that may be interrupted. Any thread. */
    public void stopWaiting() {
        program.calls().stop();
    }

    /** Leaves behind an {@link #open} that does not end: it can record and publish nothing any more. Any thread. */
    public void revoke() {
        revocation.revoke();
    }

    /** The program as it was before a batch that its checkpoint retains, with that batch to run. Nothing is written. */
    public OpenProgram openBefore(BatchTime batch, String directory) throws Exception {
        check(true, List.of());
        return withClaim(() -> {
            FileStore store = KeptInput.before(new ReadOnlyStore(FileStores.open(directory)), batch);
            CheckpointContents contents = Checkpoint.readBefore(store, batch);
            runtime.durableAccumulators().restore(contents.accumulators(program.codec()));
            new Start(program, shared, store, directory).replay(contents, Ownership.readerOf(store));
            PlannedBatch planned = new PlannedBatch(
                    batch, contents.plans().getOrDefault(batch, Map.of()), clock.wallMillis(), clock.nanos(), "");
            return assemble(
                    contents.zero(),
                    null,
                    null,
                    null,
                    List.of(planned),
                    BatchLog.REPLAY,
                    null,
                    committer(BatchLog.REPLAY, CheckpointIdentity.NONE));
        });
    }

    /** Returns what {@link #open} would do with a checkpoint. Nothing is started, locked, written or taken. */
    public UpgradePlan rehearse(String directory) {
        check(true, List.of());
        try {
            return Start.rehearse(program, FileStores.open(directory), directory);
        } catch (IOException e) {
            throw new CheckpointException(
                    "the checkpoint " + directory + " cannot be read: " + e + "; check the path and its rights", e);
        }
    }

    private void check(boolean durable, List<String> ofListeners) {
        List<String> problems = new ArrayList<>(settings.problems());
        problems.addAll(ofListeners);
        problems.addAll(problems.isEmpty() ? Quarantine.problems(settings, List.copyOf(guards.values())) : List.of());
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
        List<String> problems = new ArrayList<>(program.codec().problems());
        problems.addAll(EncodedTypes.problems(graph, program.codec()));
        return problems;
    }

    private boolean explicitNames() {
        return settings.get(Options.NAMES).equals("explicit");
    }

    /** Opens the program as the only one of its context. */
    private OpenProgram withClaim(Callable<OpenProgram> opening) throws Exception {
        runtime.claim(this);
        graph.putAside(guards);
        try {
            return opening.call();
        } catch (Throwable e) {
            closeAfter(e, this::closeInputs);
            runtime.release();
            throw e;
        }
    }

    /** Closes a part after a failure. A second failure comes of the first, and is added to it. */
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
        OpenProgram.closeAll(parts);
    }

    private OutputCommitter committer(BatchLog batchLog, CheckpointIdentity writer) {
        return new OutputCommitter(
                runtime, batchLog, graph.outputs(), !explicitNames(), quarantine, () -> rows(writer));
    }

    /** The place where rows of transactional outputs wait: in the checkpoint, if there is one. */
    private RowsPlace rows(CheckpointIdentity writer) {
        String directory = settings.get(Options.CHECKPOINT_DIRECTORY);
        long inDecision = settings.get(Options.ROW_BYTES_IN_DECISION);
        return directory != null
                ? new RowsPlace(directory, RowFiles.DIRECTORY + "/", program.codec(), writer, inDecision)
                : new RowsPlace(
                        settings.get(Options.SPILL_DIRECTORY).toString(),
                        "millrace-rows-" + UUID.randomUUID() + "-",
                        program.codec(),
                        writer,
                        inDecision);
    }

    /** Puts together what plans and runs batches. */
    private OpenProgram assemble(
            BatchTime zero,
            @Nullable BatchTime lastTime,
            @Nullable BatchTime lastDecided,
            @Nullable String resumption,
            List<PlannedBatch> toRunAgain,
            BatchLog batchLog,
            @Nullable ValueCodec codec,
            OutputCommitter committer) {
        Audience audience = new Audience(
                log,
                listeners,
                rates(),
                graph.inputs().stream()
                        .collect(Collectors.toMap(InputNode::name, InputNode::index, (first, second) -> first)));
        OutputPool pool = new OutputPool(settings.get(Options.CONCURRENT_JOBS), threads);
        return new OpenProgram(
                runtime,
                graph.inputs(),
                new BatchPlanner(graph.inputs(), graph.outputs(), batchLog, clock),
                audience,
                new BatchRunner(runtime, graph, zero, batchLog, codec, committer, quarantine, pool, clock, audience),
                batchLog,
                pool,
                zero,
                shared,
                lastTime,
                lastDecided,
                resumption,
                toRunAgain);
    }

    private List<RateController> rates() {
        List<RateController> rates = new ArrayList<>();
        if (settings.get(Options.BACKPRESSURE)) {
            for (InputNode<?> input : graph.inputs()) {
                if (input.active().takesRate()) {
                    input.active().setRate(settings.get(Options.BACKPRESSURE_INITIAL_RATE));
                    rates.add(new RateController(input, settings, clock));
                }
            }
        }
        return rates;
    }
}
