/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import dev.millrace.internal.engine.BroadcastValue;
import dev.millrace.internal.engine.Evaluation;
import dev.millrace.internal.engine.EvaluationRequest;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.engine.StepResult;
import dev.millrace.internal.engine.TaskFunction;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.RestoredRecords;
import dev.millrace.internal.lineage.RestoredTables;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.lineage.StepTask;
import dev.millrace.internal.operators.BegunJob;
import dev.millrace.spi.Connector;
import dev.millrace.streaming.BatchTime;
import java.util.List;

/**
 * The embedded engine, given what a cluster would be given: each function as a copy that has gone through serialization. What does
 * not come through, and what a function changes that it must not, is noted.
 */
@Connector // so that a line of the program is named, and none of this
public final class PortableEngine implements ExecutionEngine {
    private final ExecutionEngine engine;
    private final Portability noted;
    private final PortableLineage lineage;

    PortableEngine(ExecutionEngine engine, Portability noted) {
        this.engine = engine;
        this.noted = noted;
        lineage = new PortableLineage(noted);
    }

    /** The findings so far. */
    public Portability noted() {
        return noted;
    }

    @Override
    public int defaultParallelism() {
        return engine.defaultParallelism();
    }

    @Override
    public <T, R> Evaluation<R> evaluate(EvaluationRequest<T, R> request) {
        Operator action = Operator.here("an action"); // the nearest line of the program
        TaskFunction<T, R> function = noted.copy(action, request.function());
        try {
            return engine.evaluate(new EvaluationRequest<>(
                    lineage.copy(request.target()),
                    records -> function.apply(noted.watched(action, records)),
                    request.first(),
                    request.firstWave(),
                    request.enough(),
                    request.label()));
        } finally {
            noted.checkCopies();
        }
    }

    @Override
    public StepResult materialise(MaterialiseStep<?> step) {
        try {
            return engine.materialise(copy(step));
        } finally {
            noted.checkCopies();
        }
    }

    private <T extends StepTable> MaterialiseStep<T> copy(MaterialiseStep<T> step) {
        List<? extends RddNode<?>> inputs =
                step.inputs().stream().<RddNode<?>>map(lineage::copy).toList();
        return new Step<>(step, inputs, noted.copy(step.operator(), step.task()));
    }

    private record Step<T extends StepTable>(
            MaterialiseStep<T> step, List<? extends RddNode<?>> inputs, StepTask<T> task)
            implements MaterialiseStep<T> {
        @Override
        public String name() {
            return step.name();
        }

        @Override
        public BatchTime time() {
            return step.time();
        }

        @Override
        public Operator operator() {
            return step.operator();
        }

        @Override
        public List<? extends MaterializedNode<?>> earlier() {
            return step.earlier();
        }

        @Override
        public int partitions() {
            return step.partitions();
        }

        @Override
        public Kept kept() {
            return step.kept();
        }
    }

    @Override
    public void settle(BatchTime time, boolean committed) {
        engine.settle(time, committed);
    }

    @Override
    public void restore(RestoredTables tables) {
        engine.restore(tables);
    }

    @Override
    public void restore(RestoredRecords records) {
        engine.restore(records);
    }

    @Override
    public void release(String step, BatchTime time) {
        engine.release(step, time);
    }

    @Override
    public void unpersist(PersistedNode<?> node) {
        engine.unpersist((PersistedNode<?>) lineage.copy(node));
    }

    @Override
    public <T> BroadcastValue<T> broadcast(T value, Operator made) {
        return engine.broadcast(value, made);
    }

    @Override
    public void forgetSteps() {
        engine.forgetSteps();
    }

    @Override
    public void cancel(BatchTime time) {
        engine.cancel(time);
    }

    @Override
    public void cancel(BegunJob job) {
        engine.cancel(job);
    }

    @Override
    public List<Thread> threadsOf(BatchTime batch) {
        return engine.threadsOf(batch);
    }

    @Override
    public void delayRetries(boolean delay) {
        engine.delayRetries(delay);
    }

    @Override
    public void close() {
        engine.close();
    }
}
