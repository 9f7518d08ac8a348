/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one pair a key of the panes of a window. Nothing of it is logged: it follows from the panes, which are.
 *
 * @param panes one record a key, laid out by {@code partitioner}, oldest first; this batch's own is the last
 */
public record WindowStep<K, V, R>(
        String name,
        BatchTime time,
        Operator operator,
        List<MaterializedNode<Tuple2<K, V>>> panes,
        Partitioner partitioner,
        WindowShape shape,
        WindowProgram<K, V, R> program)
        implements MaterialiseStep {

    /** This batch's pane; the earlier ones are read too, and moved nowhere. */
    @Override
    public RddNode<?> input() {
        return panes.get(panes.size() - 1);
    }

    @Override
    public @Nullable ValueCodec codec() {
        return null;
    }

    @Override
    public MaterializedNode<Tuple2<K, R>> output() {
        return new MaterializedNode<>(operator, name, time, partitioner.numPartitions(), partitioner);
    }
}
