/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.execute;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.materialise.MaterialiseStep;
import dev.millrace.internal.materialise.Restored;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.internal.plan.StagePlan;
import dev.millrace.internal.trace.Trace;
import dev.millrace.spi.Evaluation;
import dev.millrace.spi.EvaluationRequest;
import dev.millrace.spi.ExecutionEngine;
import dev.millrace.spi.JobLabel;
import dev.millrace.spi.StepResult;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The engine inside the process: plans, then runs stages on the calling thread and the compute pool. */
public final class EmbeddedEngine implements ExecutionEngine {
    private static final RecordBlock[] NOTHING = {};

    private final int parallelism;
    private final ComputePool pool;
    private final int maxAttempts;
    private final MemoryBudget memory;
    private final ShuffleStore shuffles = new ShuffleStore();
    private final StepStore steps = new StepStore();
    private final Set<Job> running = ConcurrentHashMap.newKeySet();

    /**
     * @param parallelism the default number of partitions, and of threads that compute, the caller among them
     * @param maxAttempts how often a task is tried before its job fails
     * @param memory what shuffles, the cache and panes may use
     */
    public EmbeddedEngine(int parallelism, int maxAttempts, MemoryBudget memory) {
        this.parallelism = parallelism;
        this.maxAttempts = maxAttempts;
        this.memory = memory;
        pool = new ComputePool(parallelism - 1);
    }

    @Override
    public int defaultParallelism() {
        return parallelism;
    }

    @Override
    public <T, R> Evaluation<R> evaluate(EvaluationRequest<T, R> request) {
        return inJob(request.label(), job -> {
            RddNode<T> target = request.target();
            runMapSides(StagePlan.of(target), job);
            List<R> results = new ArrayList<>();
            StageRunner stage = stage(target, target.operator(), job);
            int wave = request.firstWave();
            do {
                int from = results.size();
                int until = (int) Math.min(target.partitions(), (long) from + wave);
                results.addAll(stage.run(
                        from,
                        until,
                        (partition, scope) ->
                                request.function().apply(reader(scope, job).read(target, partition))));
                wave = (int) Math.min(Integer.MAX_VALUE, 4L * wave);
            } while (results.size() < target.partitions() && !request.enough().test(results));
            return new Evaluation<>(results, job.observations());
        });
    }

    @Override
    public StepResult materialise(MaterialiseStep step) {
        return inJob(new JobLabel(step.time(), null), job -> {
            runMapSides(StagePlan.of(step.input()), job);
            List<byte[]> changes =
                    steps.run(step, stage(step.input(), step.operator(), job), scope -> reader(scope, job));
            return new StepResult(changes, job.observations());
        });
    }

    private void runMapSides(StagePlan<?> plan, Job job) throws Exception {
        Trace.step(4, job.label().batch(), () -> "stages " + plan.shuffles() + " then " + plan.target());
        for (ShuffleNode<?, ?, ?> shuffle : plan.shuffles()) {
            if (!job.hasShuffle(shuffle)) {
                runMapSide(shuffle, job);
            }
        }
    }

    private <K, V, C> void runMapSide(ShuffleNode<K, V, C> shuffle, Job job) throws Exception {
        ShuffleOutput<K, V, C> output = new ShuffleOutput<>(shuffle);
        StageRunner stage = stage(shuffle.parent(), shuffle.operator(), job);
        stage.run(0, shuffle.parent().partitions(), new StageRunner.TaskBody<RecordBlock[]>() {
            @Override
            public RecordBlock[] run(int partition, TaskScope scope) {
                return output.write(reader(scope, job).read(shuffle.parent(), partition));
            }

            @Override
            public RecordBlock[] won(int partition, RecordBlock[] blocks) {
                output.add(partition, blocks);
                return NOTHING; // the shuffle holds them, and may merge them away
            }
        });
        job.addShuffle(shuffle, output);
    }

    private StageRunner stage(RddNode<?> node, Operator operator, Job job) {
        long records =
                StagePlan.leafRecords(node, shuffle -> job.shuffle(shuffle).records(), steps::records);
        return new StageRunner(operator, job, pool, maxAttempts, records);
    }

    private LineageReader reader(TaskScope scope, Job job) {
        return new LineageReader(scope, job, steps);
    }

    private interface Work<R> {
        R run(Job job) throws Exception;
    }

    private <R> R inJob(JobLabel label, Work<R> work) {
        if (TaskScope.current() != null) {
            throw new IllegalStateException("an action was called inside a task, where datasets cannot be computed;"
                    + " call it in the program and use its result, or join the two datasets");
        }
        Job job = new Job(label, shuffles);
        running.add(job);
        try {
            return work.run(job);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new dev.millrace.error.MillraceException("the job failed: " + e, e);
        } finally {
            running.remove(job);
            job.close();
        }
    }

    @Override
    public void settle(BatchTime time, boolean committed) {
        steps.settle(committed);
        shuffles.drop(time);
    }

    @Override
    public void restore(Restored contents) {
        steps.restore(contents);
    }

    @Override
    public void release(String step, BatchTime time) {
        steps.release(step, time);
    }

    @Override
    public void forgetSteps() {
        steps.clear();
    }

    @Override
    public void cancel(BatchTime time) {
        for (Job job : running) {
            if (Objects.equals(job.label().batch(), time)) {
                job.cancel();
            }
        }
    }

    @Override
    public void close() {
        running.forEach(Job::cancel);
        pool.close();
    }
}
