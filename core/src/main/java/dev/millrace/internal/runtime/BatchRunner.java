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
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.graph.BatchScope;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.logging.Trace;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.quarantine.Quarantine;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.BatchTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs one batch at a time, whose input {@link BatchPlanner} has taken: it computes, decides and publishes, and drops what is no
 * longer needed. Until the decision a batch can be cancelled and leaves no trace; after it, it is carried to the end. Batch
 * thread, but where another is named. {@link BatchInHand} has how far the batch is.
 */
public final class BatchRunner {
    private final ContextRuntime runtime;
    private final ExecutionEngine engine;
    private final StreamGraph graph;
    private final List<StreamNode<?>> live;
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
    private final Set<Object> at = ConcurrentHashMap.newKeySet(); // operators and outputs whose code runs now

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
        this.graph = graph;
        this.live = graph.live();
        this.zero = zero;
        this.batchLog = batchLog;
        this.codec = codec;
        this.committer = committer;
        this.quarantine = quarantine;
        this.pool = pool;
        this.clock = clock;
        this.audience = audience;
        inHand = new BatchInHand(engine);
        runtime.observeBy((label, observations) -> {
            BatchProgress running = progress;
            if (running != null && label.batch() != null) {
                running.observed(observations);
            }
            quarantine.observed(label, observations);
        });
    }

    /**
     * @throws CancelledException if the batch was cancelled before it was decided; it left no trace
     * @throws BatchFailedException if it failed for good
     */
    public void run(PlannedBatch batch) {
        BatchProgress told = new BatchProgress(batch, clock, audience);
        progress = told;
        BatchTime time = batch.time();
        BatchScope scope = new BatchScope(runtime, time, batch.slices(), codec);
        try (scope) {
            inHand.begin(time);
            quarantine.begin(time, graph.outputs().stream().anyMatch(output -> batchLog.isDone(time, output.name())));
            // compute
            Map<String, List<String>> parts = new LinkedHashMap<>();
            generate(scope, told);
            batchLog.syncPlans();
            runOutputs(scope, parts, told);
            quarantine.write(time);
            inHand.settle();
            if (codec != null) {
                scope.changed(CheckpointContents.ACCUMULATORS, runtime.durable().changes(codec));
            }
            // decide
            committer.syncStaged();
            inHand.decide();
            batchLog.decide(time, scope.changes(), parts);
            Trace.step(
                    Trace.Phase.DECIDE,
                    time,
                    () -> "decided: changes of " + scope.changes().keySet() + ", staged for " + parts.keySet());
            scope.close(); // the changes have been written
            inHand.decided();
            runtime.durable().settle(true);
            // publish
            publish(time, parts);
            retire(scope, true);
            graph.inputs().forEach(input -> input.active().retire(scope.slice(input.name())));
            told.completed();
            inHand.end();
        } catch (Throwable e) {
            BatchInHand.Failed next = inHand.failed();
            at.clear();
            retire(scope, false);
            runtime.durable().settle(false);
            committer.abandon();
            quarantine.abandon();
            if (next == BatchInHand.Failed.ROLLED_BACK) {
                committer.discard(time);
                throw new CancelledException("batch " + time + " was rolled back");
            }
            Throwable why = why(e);
            told.failed(Causes.text(why));
            throw why instanceof BatchFailedException failure
                    ? failure
                    : new BatchFailedException(time.milliseconds(), Causes.text(why) + whatNext(why, next, batch), why);
        }
    }

    /** A program that was fenced fails at whatever its successor has deleted, such as a block that was received. */
    private Throwable why(Throwable failure) {
        try {
            batchLog.checkAfter(failure);
            return failure;
        } catch (CheckpointException fenced) {
            return fenced;
        }
    }

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

    /** The batch's steps become the next base, or vanish as if it had never run; what only it needed is dropped. */
    private void retire(BatchScope scope, boolean committed) {
        engine.settle(scope.time(), committed);
        graph.remembered().ended();
        scope.persisted().forEach(kept -> {
            kept.noLongerWanted();
            engine.unpersist(kept);
        });
        if (committed) {
            scope.released().forEach(released -> engine.release(released.step(), released.time()));
            Trace.step(
                    Trace.Phase.PUBLISH,
                    scope.time(),
                    () -> "retired; " + scope.released().size() + " panes dropped");
        }
    }

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
                        + (next == BatchInHand.Failed.PUBLISHES ? "" : batch.passBy());
    }

    /** Step 3, with steps 4 and 5 for what must be materialised. */
    private void generate(BatchScope scope, BatchProgress progress) {
        for (StreamNode<?> node : live) {
            long sinceZero = scope.time().milliseconds() - zero.milliseconds();
            inHand.checkCancelled();
            boolean due = node.slide().equals(graph.interval())
                    || sinceZero % node.slide().toMillis() == 0;
            if (due && node.parents().stream().allMatch(scope::has)) {
                at.add(node.operator());
                scope.generate(node, graph.remembered());
                at.remove(node.operator());
                progress.generated(node, scope);
            }
        }
        CrashPoint.STEPS_RUN.reach();
    }

    /** Steps 4 to 6 for the outputs that have a batch now: for all of them, also after one has failed. */
    private void runOutputs(BatchScope scope, Map<String, List<String>> parts, BatchProgress progress)
            throws Exception {
        List<StreamOutput<?>> due = graph.outputs().stream()
                .filter(output -> scope.has(output.stream()))
                .toList();
        pool.run(due, output -> runOutput(output, scope, parts, progress));
    }

    private void runOutput(
            StreamOutput<?> output, BatchScope scope, Map<String, List<String>> parts, BatchProgress progress)
            throws Exception {
        inHand.checkCancelled();
        long start = clock.nanos();
        progress.outputStarted(output, start);
        String failure = "";
        at.add(output);
        try {
            committer.run(output, scope, parts);
        } catch (Throwable e) {
            failure = Causes.text(e);
            throw e;
        } finally {
            at.remove(output);
            progress.outputEnded(output, start, failure);
        }
    }

    /** Ends the running batch early, if it is not decided yet, and lets no other begin. Any thread. */
    public void cancel() {
        quarantine.cancel();
        inHand.cancel();
    }

    /**
     * The batch that a run leaves behind.
     *
     * @param batch the batch under way, or null
     * @param decided whether that is decided, or just being decided; if not it never will be
     * @param at the operators and outputs whose code runs
     */
    public record Left(@Nullable BatchTime batch, boolean decided, List<String> at) {}

    /** Returns whether a batch has failed that is decided, so that the next start publishes it. */
    public boolean hasFailedDecided() {
        return inHand.hasFailedDecided();
    }

    /** Cancels, and has what goes on after the decision end where an output returns. Any thread. */
    public Left leave() {
        quarantine.cancel();
        BatchInHand.Left left = inHand.leave();
        committer.revoke();
        String publishing = committer.publishing();
        List<String> stuck = left.decided()
                ? publishing == null ? List.of() : List.of("output \"" + publishing + "\" that publishes it")
                : at.stream().map(BatchRunner::describe).toList();
        return new Left(left.batch(), left.decided(), stuck);
    }

    private static String describe(Object place) {
        if (!(place instanceof StreamOutput<?> output)) {
            return place.toString();
        }
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
