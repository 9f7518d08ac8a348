/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.MillraceContext;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.lineage.Door;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.internal.operators.Accumulators;
import dev.millrace.rdd.Broadcast;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StorageLevels;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a context, for the code that runs datasets and batches on it: engine, memory, settings, and the observer of its jobs. Any thread.
 */
public final class ContextRuntime {
    public static final Door<Function<MillraceContext, ContextRuntime>> DOOR = new Door<>(MillraceContext.class);

    private final MillraceContext context;
    private final ExecutionEngine engine;
    private final ContextJobs jobs;
    private final DurableAccumulators durable = new DurableAccumulators();
    private final MemoryBudget memory;
    private final Settings settings;
    private final AtomicReference<@Nullable Object> owner = new AtomicReference<>();
    private volatile JobObserver observer = (label, observations) -> {};
    private final Map<Long, WeakReference<RDD<?>>> persisted = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    public ContextRuntime(MillraceContext context, Settings settings) {
        this.context = context;
        this.settings = settings;
        memory = MemoryBudget.ofHeap(settings.get(Options.MEMORY_BUDGET));
        engine = Engines.create(context.getConf(), settings, memory);
        jobs = new ContextJobs(engine);
    }

    public static ContextRuntime of(MillraceContext context) {
        return DOOR.accessor().apply(context);
    }

    public MillraceContext context() {
        return context;
    }

    public ExecutionEngine engine() {
        return engine;
    }

    /** The accumulators that a checkpoint keeps. */
    public DurableAccumulators durableAccumulators() {
        return durable;
    }

    public ContextJobs jobs() {
        return jobs;
    }

    public MemoryBudget memory() {
        return memory;
    }

    /** The settings of the configuration as they are now. */
    public Settings settings() {
        return settings;
    }

    /** Runs a job, and tells the observers what its tasks saw. */
    public <T, R> Evaluation<R> evaluate(EvaluationRequest<T, R> request) {
        Evaluation<R> evaluation = jobs.run(() -> engine.evaluate(request));
        observed(request.label(), evaluation.observations());
        return evaluation;
    }

    /** Runs the step of a batch, and tells the observers what its tasks saw. */
    public StepResult materialise(MaterialiseStep<?> step, BatchTime batch) {
        StepResult result = jobs.run(() -> engine.materialise(step));
        observed(new JobLabel(batch, null), result.observations());
        return result;
    }

    /** Makes a value available to tasks. */
    public <T> Broadcast<T> broadcast(T value) {
        checkNotStopped();
        Operator made = Operator.here("broadcast");
        if (value == null || value instanceof RDD) {
            throw new IllegalArgumentException(made + (value == null ? " of null" : " of an RDD")
                    + " cannot be read by tasks; give it a value that is there, such as what collect() returns");
        }
        return BroadcastValue.Maker.DOOR.accessor().broadcast(engine.broadcast(value, made), made);
    }

    /** Notes that the program has asked for a dataset to be kept. */
    public void persisted(RDD<?> dataset) {
        persisted.values().removeIf(known -> known.refersTo(null));
        persisted.put(dataset.id(), new WeakReference<>(dataset));
    }

    /** The datasets that are to be kept and that the program refers to, by their numbers. */
    public Map<Long, RDD<?>> persisted() {
        Map<Long, RDD<?>> kept = new TreeMap<>();
        persisted.forEach((id, known) -> {
            RDD<?> dataset = known.get();
            if (dataset != null && !dataset.getStorageLevel().equals(StorageLevels.NONE)) {
                kept.put(id, dataset);
            }
        });
        return kept;
    }

    private void observed(JobLabel label, List<TaskObservation> observations) {
        observer.observed(label, observations);
        Accumulators.merge(label, observations);
    }

    /** From now on {@code next} hears of each job, in place of the observer before. */
    public void observeBy(JobObserver next) {
        observer = next;
    }

    /** @throws IllegalStateException if another program runs on the context */
    public void claim(Object by) {
        if (!owner.compareAndSet(null, by)) {
            throw new IllegalStateException(
                    "another StreamingContext is active on this MillraceContext, or code of one that was stopped is; stop it"
                            + " first, or give each a MillraceContext of its own");
        }
    }

    /** The program that has claimed the context has ended, and nothing of its steps is read any more. */
    public void release() {
        try {
            engine.forgetSteps();
        } finally {
            owner.set(null);
        }
    }

    /** @throws IllegalStateException if the context was stopped */
    public void checkNotStopped() {
        if (stopped) {
            throw new IllegalStateException(
                    "the MillraceContext is stopped, and computes nothing any more; make a" + " new one");
        }
    }

    /** Ends the engine. */
    public void stop() {
        stopped = true;
        engine.close();
    }
}
