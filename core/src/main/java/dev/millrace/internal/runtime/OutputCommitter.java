/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.error.CancelledException;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.BatchLog;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.engine.Evaluation;
import dev.millrace.internal.engine.EvaluationRequest;
import dev.millrace.internal.engine.TaskFunction;
import dev.millrace.internal.files.SyncGroup;
import dev.millrace.internal.graph.BatchScope;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.io.output.FileOutput;
import dev.millrace.internal.io.output.FilesToPublish;
import dev.millrace.internal.io.output.RowsPlace;
import dev.millrace.internal.io.output.StagedRows;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.logging.Trace;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.internal.operators.UserCode;
import dev.millrace.internal.quarantine.Quarantine;
import dev.millrace.rdd.TaskContext;
import dev.millrace.spi.JobLabel;
import dev.millrace.spi.Output;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the outputs of batches and makes visible what they staged. It calls them in the order in which its methods stand: at a start, in a
 * batch, at the end.
 *
 * <pre>{@code
 *   foreach output:       run: its function is called -------------------------> done(t, output) in the journal
 *   exactly-once output:  run: discard, then each task stages a part -> syncStaged -> (decided) -> publish -> discard what is left -> receipt
 * }</pre>
 */
public final class OutputCommitter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.output");

    private final ContextRuntime runtime;
    private final BatchLog batchLog;
    private final boolean derivedNames;
    private final Quarantine quarantine;
    private final CheckpointIdentity identity;
    private final Map<String, StagedOutput<?>> staged = new LinkedHashMap<>();
    private final SyncGroup stagedSyncs = new SyncGroup();
    private volatile boolean revoked;
    private volatile @Nullable String publishing;

    /**
     * @param rows gives the place where the rows of transactional outputs wait, if there are such outputs
     */
    public OutputCommitter(
            ContextRuntime runtime,
            BatchLog batchLog,
            List<StreamOutput<?>> outputs,
            boolean derivedNames,
            Quarantine quarantine,
            Supplier<RowsPlace> rows) {
        this.quarantine = quarantine;
        this.derivedNames = derivedNames;
        this.runtime = runtime;
        this.batchLog = batchLog;
        identity = batchLog.identity().isOfCheckpoint()
                ? batchLog.identity()
                // Without a checkpoint the identity is made up, so that this program takes no receipt of an earlier one
                // for its own.
                : new CheckpointIdentity(UUID.randomUUID(), 0, UUID.randomUUID());
        outputs.forEach(output -> {
            if (output.action() instanceof StreamOutput.ExactlyOnce<?> action) {
                staged.put(output.name(), inTwoPhases(action.output(), rows, batchLog::syncPlans));
                if (action.output() instanceof FileOutput<?> files) {
                    files.syncStagedWith(stagedSyncs);
                }
            }
        });
    }

    private static <T> StagedOutput<T> inTwoPhases(
            Output<T> output, Supplier<RowsPlace> rows, StagedRows.BeforeFiles syncPlans) {
        return output instanceof TransactionalOutput<T> sink
                ? new StagedRows<>(sink, rows.get(), syncPlans)
                : (StagedOutput<T>) output;
    }

    // ---- a start ----

    /**
     * Has transactional outputs begin, before any of them takes back or publishes anything.
     *
     * @param places where the outputs had their receipts before, as far as they told
     * @param calls makes the calls, so that a stop can interrupt them
     * @return whether any of them tells where its receipts are. Such an output has now ended what an earlier run of the program had in hand,
     *     so it may have more receipts than before
     */
    public boolean open(Map<String, String> places, StartCalls calls) throws Exception {
        boolean told = false;
        for (Map.Entry<String, StagedOutput<?>> output : staged.entrySet()) {
            if (output.getValue() instanceof StagedRows<?> rows) {
                String name = output.getKey();
                OutputOpening run = new OutputOpening(name, identity, places.get(name), batchLog::syncPlans);
                Optional<String> place = calls.of(name, rows.sink(), () -> OutputCalls.open(rows, run));
                if (place.isPresent()) {
                    told = true;
                    batchLog.receiptsAt(name, place.get());
                }
            }
        }
        return told;
    }

    /** Takes back what outputs had published, before any batch runs. */
    public TakingBack takingBack() {
        return new TakingBack(staged, batchLog, identity);
    }

    // ---- a batch ----

    /**
     * Makes the plan of a batch durable before its outputs run, if one of them may leave anything before the decision, which makes the plan durable
     * too.
     */
    public void syncPlan(List<StreamOutput<?>> due) throws IOException {
        if (!due.stream().allMatch(this::leavesNothingBeforeTheDecision)) {
            batchLog.syncPlans();
        }
    }

    /** Rows wait in memory for the decision; a task that needs a file for them has the plan made durable first. */
    private boolean leavesNothingBeforeTheDecision(StreamOutput<?> output) {
        return runtime.engine().sharesObjectsWithTasks() && staged.get(output.name()) instanceof StagedRows<?>;
    }

    /** Runs one output of a batch; what it staged is put into {@code parts}. */
    public <T> void run(StreamOutput<T> output, BatchScope batch, Map<String, List<String>> parts) throws Exception {
        Trace.step(Trace.Phase.COMPUTE, batch.time(), () -> "output " + output.name());
        OutputBatch outputBatch = batchOf(batch.time(), output.name(), identity);
        RddNode<T> lineage = batch.lineage(output.stream());
        if (output.action() instanceof StreamOutput.Foreach<T> foreach) {
            boolean marked = derivedNames
                    || output.isNamed(); // without a name of its own it could be taken for another output later
            if (marked && batchLog.isDone(batch.time(), output.name())) {
                return;
            }
            JobLabel label = new JobLabel(batch.time(), output.name());
            try {
                JobScope.under(
                        label, () -> foreach.function().call(foreach.wrap().of(lineage), outputBatch));
            } catch (Throwable e) {
                throw UserCode.ofDatasetsFailed(output.operator(), e);
            }
            // An output that has added to a durable accumulator runs again with its batch: what it added is lost if
            // that is not decided.
            if (marked && !runtime.durableAccumulators().hasAdded(label)) {
                quarantine.write(batch.time());
                batchLog.done(batch.time(), output.name());
            }
        } else {
            StagedOutput<?> target = Objects.requireNonNull(staged.get(output.name()));
            if (!leavesNothingBeforeTheDecision(output)) {
                batchLog.syncPlans(); // a program that has lost its checkpoint to another ends here
            }
            CrashPoint.OUTPUT_CHECKED.reach(); // if it loses it only now, the output knows by the epoch of the batch
            OutputCalls.discard(target, outputBatch);
            List<String> written = stage(target, outputBatch, lineage);
            synchronized (parts) {
                parts.put(output.name(), written);
            }
        }
    }

    private <T> List<String> stage(StagedOutput<?> output, OutputBatch id, RddNode<T> lineage) {
        JobLabel label = new JobLabel(id.time(), id.outputName());
        TaskFunction<T, String> write = records -> {
            TaskContext task = Objects.requireNonNull(TaskContext.get());
            String part = stagePart(output, id, task, records);
            CrashPoint.PART_STAGED.reach();
            return part == null ? "" : part;
        };
        Evaluation<String> evaluation = runtime.evaluate(EvaluationRequest.all(lineage, write, label));
        return evaluation.results().stream().filter(part -> !part.isEmpty()).toList();
    }

    @SuppressWarnings("unchecked") // an output of a supertype takes these records; iterators only give
    private static <U> String stagePart(StagedOutput<U> output, OutputBatch id, TaskContext task, Iterator<?> records)
            throws Exception {
        return OutputCalls.stage(output, id, task.partitionId(), task.attemptNumber(), (Iterator<U>) records);
    }

    /** Makes durable what a batch has staged, before that is decided. */
    public void syncStaged() throws IOException {
        try {
            stagedSyncs.run();
        } catch (IOException e) {
            throw new IOException("what the outputs have staged cannot be made durable: " + e, e);
        }
    }

    /** Makes a batch visible that this program has decided. */
    public void publish(BatchTime time, Map<String, List<String>> parts) throws Exception {
        publish(time, parts, identity);
    }

    /**
     * Makes a decided batch visible.
     *
     * @param by the program that has staged it: this one, or one before it
     */
    public void publish(BatchTime time, Map<String, List<String>> parts, CheckpointIdentity by) throws Exception {
        Map<String, List<String>> files =
                new LinkedHashMap<>(); // of file outputs that stand in a row, which are published together
        for (Map.Entry<String, List<String>> output : parts.entrySet()) {
            StagedOutput<?> target = staged.get(output.getKey());
            checkNotRevoked();
            publishing = output.getKey();
            if (target == null) {
                throw new CheckpointException("batch " + time + " is staged for output \"" + output.getKey()
                        + "\", which the program no longer has; bring it back for one start");
            }
            if (target instanceof FileOutput<?>) {
                files.put(output.getKey(), output.getValue());
            } else {
                publishFiles(time, files, by);
                files.clear();
                OutputCalls.publish(target, batchOf(time, output.getKey(), by), output.getValue());
                CrashPoint.OUTPUT_PUBLISHED.reach();
                recordPublished(time, Map.of(output.getKey(), output.getValue()));
            }
        }
        publishFiles(time, files, by);
        publishing = null;
        batchLog.commit(time);
        Trace.step(Trace.Phase.PUBLISH, time, () -> "committed");
    }

    private void publishFiles(BatchTime time, Map<String, List<String>> outputs, CheckpointIdentity by)
            throws Exception {
        if (!outputs.isEmpty()) {
            List<FilesToPublish> files = new ArrayList<>();
            outputs.forEach((name, parts) -> files.add(((FileOutput<?>) Objects.requireNonNull(staged.get(name)))
                    .toPublish(batchOf(time, name, by), parts)));
            try {
                FilesToPublish.publish(files);
            } catch (IOException e) {
                throw OutputCalls.failed("the files of " + outputs.keySet() + " cannot be published", time, e);
            }
            recordPublished(time, outputs);
        }
    }

    /** Deletes what other attempts have staged, and writes the receipts. */
    private void recordPublished(BatchTime time, Map<String, List<String>> outputs) throws Exception {
        Map<String, Integer> parts = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> output : outputs.entrySet()) {
            checkNotRevoked();
            OutputCalls.discard(
                    Objects.requireNonNull(staged.get(output.getKey())), batchOf(time, output.getKey(), identity));
            parts.put(output.getKey(), output.getValue().size());
        }
        batchLog.published(time, parts);
        parts.forEach((name, count) ->
                Trace.step(Trace.Phase.PUBLISH, time, () -> "published " + count + " parts of " + name));
    }

    private void checkNotRevoked() {
        if (revoked) {
            throw new CancelledException("the program was stopped while an output was publishing");
        }
    }

    // ---- a batch that failed, a stop, and the end ----

    /** Lets go of the staged files that wait to be made durable, because their batch will not be decided. */
    public void abandon() {
        stagedSyncs.abandon();
    }

    /** Deletes what was staged of a batch that was rolled back, as far as that goes: the next start does it too. */
    public void discard(BatchTime time) {
        staged.forEach((name, output) -> {
            if (revoked) {
                return;
            }
            try {
                batchLog.syncPlans();
                OutputCalls.discard(output, batchOf(time, name, identity));
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "what is staged of batch {0} stays in {1}: {2}", time, output, e);
            }
        });
    }

    /** The output that publishes a decided batch now, or the last one that had it done together with others; or null. */
    public @Nullable String publishing() {
        return publishing;
    }

    /** From now on no output is told to publish, or to delete, anything. Any thread. */
    public void revoke() {
        revoked = true;
    }

    /** Has transactional outputs let go of what they have opened; of each, whatever becomes of the others. */
    @Override
    public void close() {
        staged.forEach((name, output) -> {
            if (output instanceof StagedRows<?> rows) {
                try {
                    rows.close();
                } catch (Exception e) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "the output \"" + name + "\" (" + rows + ") was not closed",
                            e);
                }
                Thread.interrupted(); // an interrupt that the output has left
            }
        });
    }

    private static OutputBatch batchOf(BatchTime time, String output, CheckpointIdentity by) {
        return new OutputBatch(time, output, by.checkpointId(), by.epoch(), by.runId());
    }
}
