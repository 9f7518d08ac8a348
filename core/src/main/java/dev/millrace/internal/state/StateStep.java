/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.Tuple2;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings a keyed state to the next batch.
 *
 * @param input laid out by the state's partitioner
 * @param codec how its changes are encoded for the change log, or null if nobody keeps them
 */
public record StateStep<K, V, S>(
        String name,
        BatchTime time,
        Operator operator,
        RddNode<Tuple2<K, V>> input,
        StateProgram<K, V, S> program,
        @Nullable ValueCodec codec)
        implements MaterialiseStep<StatePartition<K, S>> {

    @Override
    public List<RddNode<Tuple2<K, V>>> inputs() {
        return List.of(input);
    }

    @Override
    public StateTask<K, V, S> task() {
        return new StateTask<>(name, operator, time, program, codec, input instanceof ShuffleNode);
    }

    @Override
    public Kept kept() {
        return Kept.TABLES;
    }

    /** The leaf through which all keys and their states are read. */
    public MaterializedNode<Tuple2<K, S>> output() {
        return new MaterializedNode<>(
                operator, name, time, input.partitions(), input.partitioner(), MaterializedNode.Part.TABLES);
    }

    /** The leaf through which what its program mapped in a batch is read. */
    public static <M> MaterializedNode<M> mapped(Operator operator, String name, BatchTime time, int partitions) {
        return new MaterializedNode<>(operator, name, time, partitions, null, MaterializedNode.Part.RECORDS);
    }
}
