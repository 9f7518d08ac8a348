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
import org.jspecify.annotations.Nullable;

/** Brings the outputs of batches from computed to visible. */
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
     * @param rows where the rows of transactional outputs wait
     */
    public OutputCommitter(
            ContextRuntime runtime,
            BatchLog batchLog,
            List<StreamOutput<?>> outputs,
            boolean derivedNames,
            Quarantine quarantine,
            RowsPlace rows) {
        this.quarantine = quarantine;
        this.derivedNames = derivedNames;
        this.runtime = runtime;
        this.batchLog = batchLog;
        identity = batchLog.identity().isOfCheckpoint()
                ? batchLog.identity()
                : new CheckpointIdentity(UUID.randomUUID(), 0, UUID.randomUUID()); // nobody's receipts count for it
        outputs.forEach(output -> {
            if (output.action() instanceof StreamOutput.ExactlyOnce<?> action) {
                staged.put(output.name(), inTwoPhases(action.output(), rows));
                if (action.output() instanceof FileOutput<?> files) {
                    files.syncStagedWith(stagedSyncs);
                }
            }
        });
    }

    private static <T> StagedOutput<T> inTwoPhases(Output<T> output, RowsPlace rows) {
        return output instanceof TransactionalOutput<T> sink ? new StagedRows<>(sink, rows) : (StagedOutput<T>) output;
    }

    private static OutputBatch id(BatchTime time, String output, CheckpointIdentity by) {
        return new OutputBatch(time, output, by.checkpointId(), by.epoch(), by.runId());
    }

    /**
     * Has transactional outputs begin a run, before any of them takes back or publishes anything.
     *
     * @param places where they had their receipts before, as far as they told
     * @param calls by which they are called
     * @return whether any of them tells where its receipts are: it has ended now what an earlier run had in hand, so that it may have more
     *     receipts than before
     */
    public boolean open(Map<String, String> places, StartCalls calls) throws Exception {
        boolean told = false;
        for (Map.Entry<String, StagedOutput<?>> output : staged.entrySet()) {
            if (output.getValue() instanceof StagedRows<?> rows) {
                String name = output.getKey();
                Opening run = new Opening(name, identity, places.get(name), batchLog::syncPlans);
                Optional<String> place = calls.of(name, rows.sink(), () -> OutputCalls.open(rows, run));
                if (place.isPresent()) {
                    told = true;
                    batchLog.place(name, place.get());
                }
            }
        }
        return told;
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
                Thread.interrupted(); // the output's own
            }
        });
    }

    /** Runs one output of a batch; what it staged is put into {@code parts}. */
    public <T> void run(StreamOutput<T> output, BatchScope batch, Map<String, List<String>> parts) throws Exception {
        Trace.step(Trace.Phase.COMPUTE, batch.time(), () -> "output " + output.name());
        OutputBatch id = id(batch.time(), output.name(), identity);
        RddNode<T> lineage = batch.lineage(output.stream());
        if (output.action() instanceof StreamOutput.Foreach<T> foreach) {
            boolean marked = derivedNames || output.isNamed(); // else the name may be another output's next time
            if (marked && batchLog.isDone(batch.time(), output.name())) {
                return;
            }
            JobLabel label = new JobLabel(batch.time(), output.name());
            try {
                JobScope.under(
                        label, () -> foreach.function().call(foreach.wrap().of(lineage), id));
            } catch (Throwable e) {
                throw UserCode.ofDatasetsFailed(output.operator(), e);
            }
            if (marked
                    && !runtime.durable()
                            .hasAdded(label)) { // what it has added is lost with an attempt that is not decided
                quarantine.write(batch.time());
                batchLog.done(batch.time(), output.name());
            }
        } else {
            StagedOutput<?> target = Objects.requireNonNull(staged.get(output.name()));
            batchLog.syncPlans(); // a program that was fenced ends here
            CrashPoint.OUTPUT_CHECKED.reach(); // and if it is fenced only now, the batch's epoch tells the output so
            OutputCalls.discard(target, id);
            List<String> written = stage(target, id, lineage);
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

    /** Deletes what was staged of a batch that was rolled back, as far as that goes: the next start does it too. */
    public void discard(BatchTime time) {
        staged.forEach((name, output) -> {
            if (revoked) {
                return;
            }
            try {
                batchLog.syncPlans();
                OutputCalls.discard(output, id(time, name, identity));
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "what is staged of batch {0} stays in {1}: {2}", time, output, e);
            }
        });
    }

    /** Makes durable what a batch has staged, before that is decided. */
    public void syncStaged() throws IOException {
        try {
            stagedSyncs.run();
        } catch (IOException e) {
            throw new IOException("what the outputs have staged cannot be made durable: " + e, e);
        }
    }

    /** Takes back what outputs had published, before any batch runs. */
    public TakingBack takingBack() {
        return new TakingBack(staged, batchLog, identity);
    }

    /** Makes a batch visible that this program has decided. */
    public void publish(BatchTime time, Map<String, List<String>> parts) throws Exception {
        publish(time, parts, identity);
    }

    /**
     * Makes a decided batch visible.
     *
     * @param by who has staged it: this program, or one before it
     */
    public void publish(BatchTime time, Map<String, List<String>> parts, CheckpointIdentity by) throws Exception {
        Map<String, List<String>> files = new LinkedHashMap<>(); // outputs that follow each other, published together
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
                OutputCalls.publish(target, id(time, output.getKey(), by), output.getValue());
                CrashPoint.OUTPUT_PUBLISHED.reach();
                published(time, Map.of(output.getKey(), output.getValue()));
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
            outputs.forEach((name, parts) -> files.add(
                    ((FileOutput<?>) Objects.requireNonNull(staged.get(name))).toPublish(id(time, name, by), parts)));
            try {
                FilesToPublish.publish(files);
            } catch (IOException e) {
                throw OutputCalls.failed("the files of " + outputs.keySet() + " cannot be published", time, e);
            }
            published(time, outputs);
        }
    }

    private void published(BatchTime time, Map<String, List<String>> outputs) throws Exception {
        Map<String, Integer> parts = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> output : outputs.entrySet()) {
            checkNotRevoked();
            OutputCalls.discard(
                    Objects.requireNonNull(staged.get(output.getKey())), id(time, output.getKey(), identity));
            parts.put(output.getKey(), output.getValue().size());
        }
        batchLog.published(time, parts);
        parts.forEach((name, count) ->
                Trace.step(Trace.Phase.PUBLISH, time, () -> "published " + count + " parts of " + name));
    }

    /** The output that publishes a decided batch now, or the last one that had it done together with others; or null. */
    public @Nullable String publishing() {
        return publishing;
    }

    /** From now on no output is told to publish, or to delete, anything. Any thread. */
    public void revoke() {
        revoked = true;
    }

    private void checkNotRevoked() {
        if (revoked) {
            throw new CancelledException("the program was stopped while an output was publishing");
        }
    }

    /** Forgets what was staged of a batch that is not decided. */
    public void abandon() {
        stagedSyncs.abandon();
    }
}
