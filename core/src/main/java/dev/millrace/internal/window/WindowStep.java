/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import java.util.List;

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
        implements MaterialiseStep<SlidingTable<List<WindowContents.Pane<K, V>>, Tuple2<K, R>>> {

    @Override
    public List<MaterializedNode<Tuple2<K, V>>> inputs() {
        return panes.subList(panes.size() - 1, panes.size());
    }

    @Override
    public List<MaterializedNode<Tuple2<K, V>>> earlier() {
        return panes.subList(0, panes.size() - 1);
    }

    @Override
    public WindowTask<K, V, R> task() {
        return new WindowTask<>(
                operator, time, earlier().stream().map(MaterializedNode::time).toList(), shape, program);
    }

    @Override
    public Kept kept() {
        return Kept.NOTHING;
    }

    /** The leaf through which the pairs are read. */
    public MaterializedNode<Tuple2<K, R>> output() {
        return new MaterializedNode<>(
                operator, name, time, partitioner.numPartitions(), partitioner, MaterializedNode.Part.RECORDS);
    }
}
