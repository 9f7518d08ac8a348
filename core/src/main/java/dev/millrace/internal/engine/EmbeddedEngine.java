/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.Tuple2;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.RestoredRecords;
import dev.millrace.internal.lineage.RestoredTables;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.logging.Trace;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.BegunJob;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The engine inside the process: plans, then runs stages on the calling thread and the compute pool. */
public final class EmbeddedEngine implements ExecutionEngine {
    private final int parallelism;
    private final ComputePool pool;
    private final RetryPolicy retries;
    private final MemorySpace memory;
    private final ShuffleStore shuffles;
    private final StepStore steps;
    private final StepRecords records;
    private final CacheStore cache;
    private final Job.Numbers numbers = new Job.Numbers(new AtomicInteger(), new AtomicLong());
    private final RetryPolicy undelayed;
    private volatile boolean delayed = true;
    private final RunningJobs running = new RunningJobs();

    /**
     * @param parallelism the default number of partitions, and of threads that compute, the caller among them
     * @param memory where shuffles, the cache, panes and state stand; closed with the engine
     */
    public EmbeddedEngine(int parallelism, RetryPolicy retries, MemorySpace memory) {
        this.parallelism = parallelism;
        this.retries = retries;
        undelayed = new RetryPolicy(retries.maxAttempts(), Duration.ZERO, Duration.ZERO);
        this.memory = memory;
        shuffles = new ShuffleStore(memory);
        records = new StepRecords(memory);
        steps = new StepStore(memory, records);
        cache = new CacheStore(memory);
        memory.budget().addEvictor(cache::evict); // first, because computing a dataset again is cheapest
        memory.budget().addEvictor(records::evict);
        memory.budget().addEvictor(shuffles::evict);
        memory.budget().addEvictor(steps::evictTables); // last, because the next batch needs tables again
        pool = new ComputePool(parallelism - 1);
    }

    @Override
    public boolean sharesObjectsWithTasks() {
        return true;
    }

    @Override
    public int defaultParallelism() {
        return parallelism;
    }

    @Override
    public <T, R> Evaluation<R> evaluate(EvaluationRequest<T, R> request) {
        return inJob(request.label(), job -> {
            RddNode<T> target = request.target();
            runMapSides(target, job);
            Stage.Body<R> body = (partition, scope) ->
                    request.function().apply(new LineageReader(scope, job, steps, cache).read(target, partition));
            List<R> results = request.inWaves(
                    (from, until) -> results(job, new Stage<>(target.operator(), List.of(target), from, until, body)));
            return new Evaluation<>(results, job.observations());
        });
    }

    @Override
    public StepResult materialise(MaterialiseStep<?> step) {
        return inJob(new JobLabel(step.time(), null), job -> {
            for (RddNode<?> input : step.inputs()) {
                runMapSides(input, job);
            }
            List<StepChanges> changes =
                    steps.run(step, scope -> new LineageReader(scope, job, steps, cache), stage -> results(job, stage));
            return new StepResult(changes, job.observations());
        });
    }

    @Override
    public void delayRetries(boolean delay) {
        delayed = delay;
    }

    private void runMapSides(RddNode<?> target, Job job) throws Exception {
        List<ShuffleNode<?, ?, ?>> shuffles = StagePlan.shuffles(target, job);
        Trace.step(Trace.Phase.COMPUTE, job.label.batch(), () -> "stages " + shuffles + " then " + target);
        for (ShuffleNode<?, ?, ?> shuffle : shuffles) {
            if (!job.hasShuffle(shuffle)) {
                runMapSide(shuffle, job);
            }
        }
    }

    private <K, V, C> void runMapSide(ShuffleNode<K, V, C> shuffle, Job job) throws Exception {
        ShuffleOutput<K, V, C> output = job.newShuffle(shuffle);
        RddNode<Tuple2<K, V>> parent = shuffle.parent();
        run(
                job,
                new Stage<>(
                        shuffle.operator(),
                        List.of(parent),
                        0,
                        parent.partitions(),
                        (partition, scope) ->
                                output.write(new LineageReader(scope, job, steps, cache).read(parent, partition))),
                output::add); // the shuffle alone holds what tasks write, and may merge it away
        job.addShuffle(shuffle, output);
    }

    /** Runs a stage, and gives what its tasks returned, in order of their partitions. */
    @SuppressWarnings("NullAway") // complete: each task has set its own
    private <R> List<R> results(Job job, Stage<R> stage) throws Exception {
        List<@Nullable R> results = new ArrayList<>(Collections.nCopies(stage.until() - stage.from(), null));
        run(job, stage, (partition, result) -> results.set(partition - stage.from(), result));
        return results;
    }

    private <R> void run(Job job, Stage<R> stage, StageRunner.Winners<R> winners) throws Exception {
        new StageRunner<>(job, stage, delayed ? retries : undelayed, winners)
                .run(pool, StagePlan.leafRecords(stage.reads(), job));
        job.stageEnded();
    }

    private interface Work<R> {
        R run(Job job) throws Exception;
    }

    private <R> R inJob(JobLabel label, Work<R> work) {
        Job job = new Job(label, numbers, shuffles, cache, steps);
        running.begin(job);
        try {
            return work.run(job);
        } catch (RuntimeException e) {
            throw job.begun.failure(e);
        } catch (Exception e) {
            throw new MillraceException("the job failed: " + e, e);
        } finally {
            running.end(job);
            job.close();
        }
    }

    @Override
    public void settle(BatchTime time, boolean committed) {
        running.settled(time);
        steps.settle(committed, pool);
        records.settle(committed);
        shuffles.drop(time);
    }

    @Override
    public void restore(RestoredTables tables) {
        steps.restore(tables, pool);
    }

    @Override
    public void restore(RestoredRecords restored) {
        records.restore(restored);
    }

    @Override
    public void release(String step, BatchTime time) {
        records.release(step, time);
    }

    @Override
    public void unpersist(PersistedNode<?> node) {
        cache.drop(node.id());
    }

    @Override
    public void forgetSteps() {
        steps.clear();
        records.clear();
    }

    @Override
    public void cancel(BatchTime time) {
        running.cancel(time);
    }

    @Override
    public void cancel(BegunJob begun) {
        running.cancel(begun);
    }

    @Override
    public List<Thread> threadsOf(BatchTime batch) {
        return running.of(batch).stream()
                .flatMap(job -> ((Job) job).threads().stream())
                .toList();
    }

    @Override
    public void close() {
        running.close();
        pool.close();
        cache.close();
        forgetSteps();
        shuffles.close();
        memory.close();
    }
}
