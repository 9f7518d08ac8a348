/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.MillraceConf;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.DeclaredCodec;
import dev.millrace.internal.engine.BroadcastValue;
import dev.millrace.internal.engine.Evaluation;
import dev.millrace.internal.engine.EvaluationRequest;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.engine.StepResult;
import dev.millrace.internal.lineage.Depth;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.RestoredRecords;
import dev.millrace.internal.lineage.RestoredTables;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.internal.logging.Trace;
import dev.millrace.internal.operators.BegunJob;
import dev.millrace.spi.Connector;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** The engine on Spark core: lineages become Spark RDDs, steps become persisted ones that replace their predecessor. */
@Connector // so that errors name a line of the program, and none of this
final class SparkEngine implements ExecutionEngine {
    private final SharedSpark shared;
    private final int parallelism;
    private final DeclaredCodec codec;
    private final SparkJobs jobs;
    private final StepVersions steps;
    private final PersistedRdds persisted = new PersistedRdds();
    private final Translations translations;

    SparkEngine(SparkMaster master, MillraceConf conf, String appName) {
        shared = SharedSpark.acquire(master, conf, appName);
        JavaSparkContext spark = shared.spark();
        parallelism = master.isLocal() ? master.threads() : spark.defaultParallelism();
        codec = new DeclaredCodec(conf);
        jobs = new SparkJobs(spark);
        steps = new StepVersions(spark, codec, spark.isLocal());
        translations = new Translations(spark, codec, steps, persisted);
    }

    @Override
    public int defaultParallelism() {
        return parallelism;
    }

    @Override
    public <T, R> Evaluation<R> evaluate(EvaluationRequest<T, R> request) {
        return inTranslation(request.label(), translation -> {
            RddNode<T> target = request.target();
            Depth.check(target, persisted -> false);
            Trace.step(Trace.Phase.COMPUTE, request.label().batch(), () -> "Spark RDDs of " + target);
            JavaRDD<TaskResult> tasks = ResultTask.of(
                    translation.translate(target), request.function(), codec.current(), target.operator());
            List<TaskObservation> observations = new ArrayList<>();
            List<R> results = request.inWaves((from, until) -> {
                List<R> wave = new ArrayList<>();
                for (TaskResult task : wave(tasks, from, until)) {
                    wave.add(task.decode(codec.current()));
                    observations.add(task.observation());
                }
                return wave;
            });
            observations.addAll(0, translation.newObservations()); // of the stages before
            Trace.step(Trace.Phase.COMPUTE, request.label().batch(), () -> results.size() + " tasks have run on Spark");
            return new Evaluation<>(results, observations);
        });
    }

    @Override
    public StepResult materialise(MaterialiseStep<?> step) {
        return inTranslation(new JobLabel(step.time(), null), translation -> {
            List<JavaRDD<Object>> inputs = new ArrayList<>();
            for (RddNode<?> input : step.inputs()) {
                Depth.check(input, persisted -> false);
                Trace.step(
                        Trace.Phase.COMPUTE, step.time(), () -> "Spark RDDs of step " + step.name() + " on " + input);
                inputs.add(translation.translate(input));
            }
            JavaRDD<StepBlock> blocks = steps.prepare(step, inputs);
            try {
                List<StepBlock.Outcome> outcomes = wave(blocks.map(StepBlock::outcome), 0, step.partitions());
                steps.provisional(step, blocks);
                Trace.step(
                        Trace.Phase.COMPUTE,
                        step.time(),
                        () -> step.name() + ": " + outcomes.size() + " tasks have run on Spark");
                List<TaskObservation> observations = new ArrayList<>(translation.newObservations());
                outcomes.forEach(outcome -> observations.add(outcome.observation()));
                return new StepResult(changes(step, blocks, outcomes), observations);
            } catch (Exception e) {
                ScalaInterop.unpersist(blocks);
                throw e;
            }
        });
    }

    /** Many changes are fetched when they are written, one partition after the other, so that the driver never holds all. */
    private List<StepChanges> changes(
            MaterialiseStep<?> step, JavaRDD<StepBlock> blocks, List<StepBlock.Outcome> outcomes) {
        List<StepChanges> changes = new ArrayList<>();
        for (int p = 0; p < outcomes.size(); p++) {
            StepBlock.Outcome outcome = outcomes.get(p);
            int partition = p;
            changes.add(
                    outcome.hasAll()
                            ? StepChanges.of(outcome.few())
                            : new StepChanges(
                                    outcome.blocks(),
                                    () -> jobs.run(
                                                    new JobLabel(step.time(), null),
                                                    () -> wave(blocks.map(StepBlock::changes), partition, partition + 1)
                                                            .get(0))
                                            .iterator(),
                                    () -> {})); // the engine drops them with what the step left
        }
        return changes;
    }

    /** One record a partition, from the partitions of a range. */
    private static <R> List<R> wave(JavaRDD<R> tasks, int from, int until) {
        List<R> records = new ArrayList<>();
        if (from < until) {
            for (List<R> partition :
                    tasks.collectPartitions(IntStream.range(from, until).toArray())) {
                records.addAll(partition);
            }
        }
        return records;
    }

    private interface Work<R> {
        R run(Translation translation) throws Exception;
    }

    private <R> R inTranslation(JobLabel label, Work<R> work) {
        return jobs.run(label, () -> {
            Translation translation = translations.of(label.batch());
            try {
                return work.run(translation);
            } finally {
                if (label.batch() == null) {
                    translation.close();
                }
            }
        });
    }

    @Override
    public void settle(BatchTime time, boolean committed) {
        jobs.running().settled(time);
        steps.settle(committed);
        translations.close(time);
    }

    @Override
    public void restore(RestoredTables tables) {
        steps.restore(tables);
    }

    @Override
    public void restore(RestoredRecords records) {
        steps.restore(records);
    }

    @Override
    public void release(String step, BatchTime time) {
        steps.release(step, time);
    }

    @Override
    public void unpersist(PersistedNode<?> node) {
        persisted.unpersist(node);
    }

    @Override
    public <T> BroadcastValue<T> broadcast(T value, Operator made) {
        return SparkValue.of(value, made, shared.spark());
    }

    @Override
    public void logLevel(String level) {
        shared.spark().setLogLevel(level);
    }

    @Override
    public void forgetSteps() {
        steps.close();
    }

    @Override
    public void cancel(BatchTime time) {
        jobs.running().cancel(time);
    }

    @Override
    public void cancel(BegunJob job) {
        jobs.running().cancel(job);
    }

    /** Spark ends by a hook of its own, and hooks of the JVM run side by side; so this is one of Spark's, before that. */
    @Override
    public Runnable atShutdown(Runnable work) {
        return ScalaInterop.atShutdown(work);
    }

    @Override
    public void close() {
        if (jobs.running().close()) {
            steps.close();
            translations.close();
            persisted.close();
            shared.release();
        }
    }
}
