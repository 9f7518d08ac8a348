/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.Tuple2;
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
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    private volatile boolean closed;
    private final Set<Job> running = ConcurrentHashMap.newKeySet();
    private volatile @Nullable BatchTime cancelled; // until it is settled

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
        memory.budget().addEvictor(cache::evict); // first what costs least to do without
        memory.budget().addEvictor(records::evict);
        memory.budget().addEvictor(shuffles::evict);
        memory.budget().addEvictor(steps::evictTables); // it will be needed again, and before long
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
            runMapSides(target, job);
            List<R> results = new ArrayList<>();
            int wave = request.firstWave();
            do {
                int from = request.next(results);
                int until = (int) Math.min(target.partitions(), (long) from + wave);
                results.addAll(results(
                        job,
                        new Stage<>(
                                target.operator(),
                                List.of(target),
                                from,
                                until,
                                (partition, scope) -> request.function()
                                        .apply(new LineageReader(scope, job, steps, cache).read(target, partition)))));
                wave = (int) Math.min(Integer.MAX_VALUE, 4L * wave);
            } while (request.next(results) < target.partitions()
                    && !request.enough().test(results));
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
        Trace.step(Trace.Phase.COMPUTE, job.label().batch(), () -> "stages " + shuffles + " then " + target);
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
        if (TaskScope.current() != null) {
            throw new IllegalStateException("an action was called inside a task, where datasets cannot be computed;"
                    + " call it in the program before, and use its result in the function");
        }
        Job job = new Job(label, numbers, shuffles, cache, steps);
        running.add(job);
        if (closed) { // after the job is known to those who close
            running.remove(job);
            throw new IllegalStateException("the context is stopped; make a new one");
        }
        if (job.begun.isEnded() || (label.batch() != null && label.batch().equals(cancelled))) {
            job.cancel();
        }
        try {
            return work.run(job);
        } catch (RuntimeException e) {
            throw job.begun.failure(e);
        } catch (Exception e) {
            throw new dev.millrace.error.MillraceException("the job failed: " + e, e);
        } finally {
            running.remove(job);
            job.close();
        }
    }

    @Override
    public void settle(BatchTime time, boolean committed) {
        if (time.equals(cancelled)) {
            cancelled = null;
        }
        steps.settle(committed);
        records.settle(committed);
        shuffles.drop(time);
    }

    @Override
    public void restore(RestoredTables tables) {
        steps.restore(tables);
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
        cancelled = time; // first: a job that begins now sees it, or is seen below
        for (Job job : running) {
            if (Objects.equals(job.label().batch(), time)) {
                job.cancel();
            }
        }
    }

    @Override
    public void cancel(BegunJob begun) {
        running.stream().filter(job -> job.begun == begun).forEach(Job::cancel);
    }

    @Override
    public List<Thread> threadsOf(BatchTime batch) {
        return running.stream()
                .filter(job -> batch.equals(job.label().batch()))
                .flatMap(job -> job.threads().stream())
                .toList();
    }

    @Override
    public void close() {
        closed = true;
        running.forEach(Job::cancel);
        pool.close();
        cache.close();
        forgetSteps();
        shuffles.close();
        memory.close();
    }
}
