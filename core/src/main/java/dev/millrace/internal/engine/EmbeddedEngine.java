/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.RestoredRecords;
import dev.millrace.internal.lineage.RestoredTables;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.logging.Trace;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The engine inside the process: plans, then runs stages on the calling thread and the compute pool. */
public final class EmbeddedEngine implements ExecutionEngine {
    private final int parallelism;
    private final ComputePool pool;
    private final RetryPolicy retries;
    private final MemorySpace memory;
    private final ShuffleStore shuffles;
    private final StepStore steps;
    private final CacheStore cache;
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
        steps = new StepStore(memory);
        cache = new CacheStore(memory);
        memory.budget().addEvictor(cache::evict); // first what costs least to do without
        memory.budget().addEvictor(steps::evictRecords);
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
            StageRunner stage = stage(List.of(target), target.operator(), job);
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
    public StepResult materialise(MaterialiseStep<?> step) {
        return inJob(new JobLabel(step.time(), null), job -> {
            for (RddNode<?> input : step.inputs()) {
                runMapSides(input, job);
            }
            List<StepChanges> changes =
                    steps.run(step, stage(step.inputs(), step.operator(), job), scope -> reader(scope, job));
            return new StepResult(changes, job.observations());
        });
    }

    @Override
    public void delayRetries(boolean delay) {
        delayed = delay;
    }

    private void runMapSides(RddNode<?> target, Job job) throws Exception {
        StagePlan<?> plan = StagePlan.of(target, node -> job.pinned(node) >= 0);
        Trace.step(
                Trace.Phase.COMPUTE, job.label().batch(), () -> "stages " + plan.shuffles() + " then " + plan.target());
        for (ShuffleNode<?, ?, ?> shuffle : plan.shuffles()) {
            if (!job.hasShuffle(shuffle)) {
                runMapSide(shuffle, job);
            }
        }
    }

    private <K, V, C> void runMapSide(ShuffleNode<K, V, C> shuffle, Job job) throws Exception {
        ShuffleOutput<K, V, C> output = job.newShuffle(shuffle);
        StageRunner stage = stage(List.of(shuffle.parent()), shuffle.operator(), job);
        stage.run(0, shuffle.parent().partitions(), new StageRunner.TaskBody<Optional<MapOutput>>() {
            @Override
            public Optional<MapOutput> run(int partition, TaskScope scope) {
                return Optional.of(output.write(reader(scope, job).read(shuffle.parent(), partition)));
            }

            @Override
            public Optional<MapOutput> won(int partition, Optional<MapOutput> written) {
                output.add(partition, written.orElseThrow());
                return Optional.empty(); // the shuffle holds it, and may merge it away
            }
        });
        job.addShuffle(shuffle, output);
    }

    private StageRunner stage(List<? extends RddNode<?>> reads, Operator operator, Job job) {
        StagePlan.Records held = new StagePlan.Records() {
            @Override
            public long shuffled(ShuffleNode<?, ?, ?> shuffle) {
                return job.shuffle(shuffle).records();
            }

            @Override
            public long materialized(MaterializedNode<?> step) {
                return steps.records(step);
            }

            @Override
            public long persisted(PersistedNode<?> persisted) {
                return job.pinned(persisted);
            }
        };
        return new StageRunner(operator, job, pool, delayed ? retries : undelayed, StagePlan.leafRecords(reads, held));
    }

    private LineageReader reader(TaskScope scope, Job job) {
        return new LineageReader(scope, job, steps, cache);
    }

    private interface Work<R> {
        R run(Job job) throws Exception;
    }

    private <R> R inJob(JobLabel label, Work<R> work) {
        if (TaskScope.current() != null) {
            throw new IllegalStateException("an action was called inside a task, where datasets cannot be computed;"
                    + " call it in the program before, and use its result in the function");
        }
        Job job = new Job(label, shuffles, cache);
        running.add(job);
        if (closed) { // after the job is known to those who close
            running.remove(job);
            throw new IllegalStateException("the context is stopped; make a new one");
        }
        if (label.batch() != null && label.batch().equals(cancelled)) {
            job.cancel();
        }
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
        if (time.equals(cancelled)) {
            cancelled = null;
        }
        steps.settle(committed);
        shuffles.drop(time);
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
        cache.drop(node.id());
    }

    @Override
    public void forgetSteps() {
        steps.clear();
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
        steps.clear();
        shuffles.close();
        memory.close();
    }
}
