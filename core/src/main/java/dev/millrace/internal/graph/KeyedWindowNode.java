/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.window.WindowProgram;
import dev.millrace.internal.window.WindowStep;
import dev.millrace.rdd.Partitioner;
import java.time.Duration;
import java.util.function.Function;

/**
 * One pair a key over the last batches of a stream: each batch is combined by key once and kept as a pane, and a window
 * is made of panes. Only panes are durable.
 *
 * @param <V> the value of a key in a pane
 * @param <R> the value of a key in a window
 * @param <T> the records of the stream, derived from the window's pairs
 */
public final class KeyedWindowNode<K, V, R, T> extends WindowOfPanes<Tuple2<K, V>, T> {
    private final Spec<?, K, V, R, T> spec;

    /**
     * The functions of a window over a stream of {@code S}.
     *
     * @param combine one pair a key of a batch, laid out by {@code partitioner}
     * @param inverted whether the program asks for a pane once more when it leaves
     * @param result what the stream's batch is, given the window's pairs
     */
    public record Spec<S, K, V, R, T>(
            Function<RddNode<S>, RddNode<Tuple2<K, V>>> combine,
            Partitioner partitioner,
            WindowProgram<K, V, R> program,
            boolean inverted,
            Function<RddNode<Tuple2<K, R>>, RddNode<T>> result) {}

    private KeyedWindowNode(
            Operator operator, PaneNode<Tuple2<K, V>> panes, WindowBounds bounds, Spec<?, K, V, R, T> spec) {
        super(operator, panes, bounds);
        this.spec = spec;
    }

    public static <S, K, V, R, T> KeyedWindowNode<K, V, R, T> of(
            Operator operator, StreamNode<S> parent, WindowBounds bounds, Spec<S, K, V, R, T> spec) {
        Duration kept = spec.inverted() ? bounds.length().plus(bounds.slide()) : bounds.length();
        Function<RddNode<S>, RddNode<Tuple2<K, V>>> combine = bounds.slide().compareTo(parent.slide()) > 0
                ? batch -> PaneNode.looked(operator, spec.combine().apply(batch))
                : spec.combine();
        return new KeyedWindowNode<>(
                operator, PaneNode.keyed(operator, parent, kept, combine, spec.partitioner()), bounds, spec);
    }

    @Override
    protected RddNode<T> compute(BatchScope batch) {
        String stepName = panes().name() + " (window)"; // no name that a program can give
        WindowStep<K, V, R> step = new WindowStep<>(
                stepName,
                batch.time(),
                operator(),
                panes().panes(),
                spec.partitioner(),
                bounds().shape(),
                spec.program());
        batch.materialise(step);
        MaterializedNode<Tuple2<K, R>> pairs = step.output();
        return spec.result().apply(pairs);
    }
}
