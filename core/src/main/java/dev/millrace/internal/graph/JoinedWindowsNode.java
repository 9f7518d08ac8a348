/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.Tuple2;
import dev.millrace.internal.joins.JoinKind;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.window.JoinedWindowsStep;
import dev.millrace.rdd.Partitioner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The join of two windows by their panes, which are laid out by key when they come, so that nothing is moved again. */
public final class JoinedWindowsNode<K, V, W, A, B> extends StreamNode<Tuple2<K, Tuple2<A, B>>> {
    private final WindowNode<Tuple2<K, V>> left;
    private final WindowNode<Tuple2<K, W>> right;
    private final Partitioner partitioner;
    private final JoinKind kind;

    private JoinedWindowsNode(
            Operator operator,
            WindowNode<Tuple2<K, V>> left,
            WindowNode<Tuple2<K, W>> right,
            Partitioner partitioner,
            JoinKind kind) {
        super(operator, List.of(left.panes(), right.panes()), left.slide());
        this.left = left;
        this.right = right;
        this.partitioner = partitioner;
        this.kind = kind;
    }

    /**
     * The join of two streams by their panes.
     *
     * @return null if they are not two windows of one slide, or if another join wants the panes of one laid out otherwise
     */
    @SuppressWarnings("unchecked") // windows have the records of their streams
    public static <K, V, W, A, B> @Nullable JoinedWindowsNode<K, V, W, A, B> of(
            Operator operator,
            JoinKind kind,
            StreamNode<Tuple2<K, V>> left,
            StreamNode<Tuple2<K, W>> right,
            Partitioner partitioner) {
        if (!(left instanceof WindowNode<?> first)
                || !(right instanceof WindowNode<?> second)
                || !first.slide().equals(second.slide())
                || !first.panes().canBeLaidOutBy(partitioner)
                || !second.panes().canBeLaidOutBy(partitioner)) {
            return null;
        }
        PaneNode.layOut((PaneNode<Tuple2<K, V>>) first.panes(), partitioner);
        PaneNode.layOut((PaneNode<Tuple2<K, W>>) second.panes(), partitioner);
        return new JoinedWindowsNode<>(
                operator, (WindowNode<Tuple2<K, V>>) left, (WindowNode<Tuple2<K, W>>) right, partitioner, kind);
    }

    @Override
    protected RddNode<Tuple2<K, Tuple2<A, B>>> compute(BatchScope batch) {
        JoinedWindowsStep<K, V, W> step = new JoinedWindowsStep<>(
                operator().name() + "-" + index() + " (join)", // no name that a program can give
                batch.time(),
                operator(),
                side(left),
                side(right),
                partitioner,
                kind);
        batch.materialise(step);
        return step.output();
    }

    private static <K, V> JoinedWindowsStep.Side<K, V> side(WindowNode<Tuple2<K, V>> window) {
        return new JoinedWindowsStep.Side<>(
                window.panes().panes(), window.bounds().length().toMillis());
    }
}
