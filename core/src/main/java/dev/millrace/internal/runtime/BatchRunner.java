/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.error.BatchFailedException;
import dev.millrace.error.CancelledException;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.BatchLog;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.engine.DurableAccumulators;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.graph.BatchScope;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.RememberedBatches;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.logging.Trace;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.quarantine.Quarantine;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs one batch at a time, whose input {@link BatchPlanner} has taken: it computes, decides and publishes, and drops what is no
 * longer needed. Until the decision a batch can be cancelled and leaves no trace; after it, the batch is carried to its end. {@link
 * BatchInHand} has the phase that the batch is in. Methods are called on the batch thread, unless they say "any thread".
 */
public final class BatchRunner {
    private final ContextRuntime runtime;
    private final ExecutionEngine engine;
    private final DurableAccumulators accumulators;
    private final Duration interval;
    private final List<InputNode<?>> inputs;
    private final List<StreamNode<?>> streams; // the streams that have batches, parents first
    private final List<StreamOutput<?>> outputs;
    private final RememberedBatches remembered;
    private final BatchTime zero;
    private final BatchLog batchLog;
    private final @Nullable ValueCodec codec;
    private final OutputCommitter committer;
    private final Quarantine quarantine;
    private final OutputPool pool;
    private final Clock clock;
    private final Audience audience;

    private final BatchInHand inHand;
    private volatile @Nullable BatchProgress progress; // of the batch in hand
    private final Set<Object> runningCode =
            ConcurrentHashMap.newKeySet(); // streams and outputs whose functions run now

    /**
     * @param zero the time from which slides are counted
     * @param codec how steps encode their changes, or null if nothing is kept
     */
    public BatchRunner(
            ContextRuntime runtime,
            StreamGraph graph,
            BatchTime zero,
            BatchLog batchLog,
            @Nullable ValueCodec codec,
            OutputCommitter committer,
            Quarantine quarantine,
            OutputPool pool,
            Clock clock,
            Audience audience) {
        this.runtime = runtime;
        this.engine = runtime.engine();
        interval = graph.interval();
        inputs = graph.inputs();
        streams = graph.live();
        outputs = graph.outputs();
        remembered = graph.remembered();
        accumulators = runtime.durableAccumulators();
        this.zero = zero;
        this.batchLog = batchLog;
        this.codec = codec;
        this.committer = committer;
        this.quarantine = quarantine;
        this.pool = pool;
        this.clock = clock;
        this.audience = audience;
        inHand = new BatchInHand(engine);
        // Tasks of the batch in hand tell from now on what they saw: for its counts, and for the records that they put
        // aside.
        runtime.observeBy((label, observations) -> {
            BatchProgress running = progress;
            if (running != null && label.batch() != null) {
                running.observed(observations);
            }
            quarantine.observed(label, observations);
        });
    }

    /**
     * Takes a batch through the rest of its phases. Each phase is one paragraph of the method.
     *
     * @throws CancelledException if the batch was cancelled before it was decided; it left no trace
     * @throws BatchFailedException if it failed for good
     */
    public void run(PlannedBatch batch) {
        BatchProgress followed = new BatchProgress(batch, clock, audience);
        progress = followed;
        BatchTime time = batch.time();
        BatchScope scope = new BatchScope(runtime, time, batch.slices(), codec);
        try (scope) {
            inHand.begin(time);
            quarantine.begin(time, outputs.stream().anyMatch(output -> batchLog.isDone(time, output.name())));
            // compute
            Map<String, List<String>> parts = new LinkedHashMap<>();
            generate(scope, followed);
            runOutputs(scope, parts, followed);
            if (quarantine.makesFiles()) {
                batchLog.syncPlans(); // a batch with another plan would put the same records aside in other files
            }
            quarantine.write(time);
            inHand.computed();
            if (codec != null) {
                scope.addChanges(CheckpointContents.ACCUMULATORS, accumulators.changes(codec));
            }
            // decide
            committer.syncStaged();
            inHand.decide();
            batchLog.decide(time, scope.changes(), parts);
            Trace.step(
                    Trace.Phase.DECIDE,
                    time,
                    () -> "decided: changes of " + scope.changes().keySet() + ", staged for " + parts.keySet());
            scope.close(); // lets go of the changes, which the journal has now
            inHand.decided();
            accumulators.settle(true);
            // publish
            publish(time, parts);
            retire(scope, true);
            inputs.forEach(input -> input.active().retire(scope.slice(input.name())));
            followed.completed();
            inHand.end();
        } catch (Throwable e) {
            BatchInHand.Failed next = inHand.failed();
            runningCode.clear();
            retire(scope, false);
            accumulators.settle(false);
            committer.abandon();
            quarantine.abandon();
            if (next == BatchInHand.Failed.ROLLED_BACK) {
                committer.discard(time);
                throw new CancelledException("batch " + time + " was rolled back");
            }
            Throwable toTell = failureToTell(e);
            followed.failed(Causes.text(toTell));
            throw toTell instanceof BatchFailedException failure
                    ? failure
                    : new BatchFailedException(
                            time.milliseconds(), Causes.text(toTell) + whatNext(toTell, next, batch), toTell);
        }
    }

    /** Has each stream that has a batch now give its lineage; the engine runs steps of states and windows meanwhile. */
    private void generate(BatchScope scope, BatchProgress progress) {
        for (StreamNode<?> node : streams) {
            long sinceZero = scope.time().milliseconds() - zero.milliseconds();
            inHand.checkCancelled();
            boolean due =
                    node.slide().equals(interval) || sinceZero % node.slide().toMillis() == 0;
            if (due && node.parents().stream().allMatch(scope::has)) {
                runningCode.add(node);
                scope.generate(node, remembered);
                runningCode.remove(node);
                progress.generated(node, scope);
            }
        }
        CrashPoint.STEPS_RUN.reach();
    }

    /** Runs the outputs that have a batch now: all of them, also after one has failed. */
    private void runOutputs(BatchScope scope, Map<String, List<String>> parts, BatchProgress progress)
            throws Exception {
        List<StreamOutput<?>> due =
                outputs.stream().filter(output -> scope.has(output.stream())).toList();
        committer.syncPlan(due);
        pool.run(due, output -> runOutput(output, scope, parts, progress));
    }

    private void runOutput(
            StreamOutput<?> output, BatchScope scope, Map<String, List<String>> parts, BatchProgress progress)
            throws Exception {
        inHand.checkCancelled();
        long start = clock.nanos();
        progress.outputStarted(output, start);
        String failure = "";
        runningCode.add(output);
        try {
            committer.run(output, scope, parts);
        } catch (Throwable e) {
            failure = Causes.text(e);
            throw e;
        } finally {
            runningCode.remove(output);
            progress.outputEnded(output, start, failure);
        }
    }

    /** Makes the decided batch visible: first what it has put aside, then its outputs. */
    private void publish(BatchTime time, Map<String, List<String>> parts) throws Exception {
        Ownership.Publication publication = batchLog.publication();
        try (publication) {
            quarantine.publish(time);
            Map<String, Integer> putAside = quarantine.counts();
            if (!putAside.isEmpty()) {
                audience.log().putAside(putAside, quarantine.place());
            }
            committer.publish(time, parts);
        }
    }

    /** Has tables take the changes of the batch, or forget them as if it had never run, and drops what only this batch needed. */
    private void retire(BatchScope scope, boolean committed) {
        engine.settle(scope.time(), committed);
        remembered.ended();
        scope.retire(committed);
    }

    /**
     * Returns the failure that users are told of. A program whose checkpoint was taken over fails at something that its successor has
     * deleted, such as a received block; then they are told of the takeover.
     */
    private Throwable failureToTell(Throwable failure) {
        try {
            batchLog.checkAfter(failure);
            return failure;
        } catch (CheckpointException fenced) {
            return fenced;
        }
    }

    /** Tells users what becomes of the failed batch. */
    private String whatNext(Throwable failure, BatchInHand.Failed next, PlannedBatch batch) {
        if (failure instanceof CheckpointException) {
            return ""; // it was taken over, and says so
        }
        if (batchLog == BatchLog.REPLAY) {
            return "\nThe replay has ended; it keeps nothing, and the checkpoint is as it was.";
        }
        return batchLog == BatchLog.NONE
                ? "\nThe program has stopped; without a checkpoint directory this batch is not run again."
                : "\nThe program has stopped; " + next.words
                        + (next == BatchInHand.Failed.PUBLISHES ? "" : batch.skipAdvice());
    }

    // ---- for those that stop the batch ----

    /** Ends the running batch early, if it is not decided yet, and lets no other begin. Any thread. */
    public void cancel() {
        quarantine.cancel();
        inHand.cancel();
    }

    /**
     * The batch that an abandoned run leaves behind, and the code that holds it up.
     *
     * @param batch the batch under way, or null
     * @param decided whether that is decided, or just being decided; if not it never will be
     * @param at the operators and outputs whose code runs
     */
    public record LeftBehind(@Nullable BatchTime batch, boolean decided, List<String> at) {}

    /** Returns whether a batch has failed that is decided, so that the next start publishes it. */
    public boolean hasFailedDecided() {
        return inHand.hasFailedDecided();
    }

    /** Cancels the batch. If it is decided, it ends where the output that publishes it returns. Any thread. */
    public LeftBehind leave() {
        quarantine.cancel();
        BatchInHand.Left left = inHand.leave();
        committer.revoke();
        String publishing = committer.publishing();
        List<String> stuck = left.decided()
                ? publishing == null ? List.of() : List.of("output \"" + publishing + "\" that publishes it")
                : runningCode.stream().map(BatchRunner::describe).toList();
        return new LeftBehind(left.batch(), left.decided(), stuck);
    }

    private static String describe(Object place) {
        if (place instanceof StreamNode<?> stream) {
            return stream.operator().toString();
        }
        StreamOutput<?> output = (StreamOutput<?>) place;
        return "output \"" + output.name() + "\" (" + output.operator() + ")"
                + (output.action() instanceof StreamOutput.Foreach<?>
                        ? " whose effects may still come, and come again when the batch is run again"
                        : "");
    }

    /** Has outputs let go of what they have opened, when no batch runs any more. */
    void closeOutputs() {
        committer.close();
    }

    /** The threads that run tasks of the batch under way. Any thread. */
    public Set<Thread> threads() {
        return inHand.threads();
    }
}
