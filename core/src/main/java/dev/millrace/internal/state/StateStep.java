/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.Tuple2;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.streaming.BatchTime;
import org.jspecify.annotations.Nullable;

/** Brings a keyed state to the next batch; the input is laid out by the state's partitioner. */
public record StateStep<K, V, S>(
        String name,
        BatchTime time,
        Operator operator,
        RddNode<Tuple2<K, V>> input,
        StateProgram<K, V, S> program,
        @Nullable ValueCodec codec)
        implements MaterialiseStep {

    @Override
    public MaterializedNode<Tuple2<K, S>> output() {
        return new MaterializedNode<>(operator, name, time, input.partitions(), input.partitioner());
    }

    /** What the change log says of when the keys that the batch has changed were touched. */
    public long touchedByBatch() {
        return program.isTimed() ? time.milliseconds() : ChangeBlock.UNTIMED;
    }

    /** The leaf through which what its program mapped in a batch is read. */
    public static <M> MaterializedNode<M> mapped(Operator operator, String name, BatchTime time, int partitions) {
        return new MaterializedNode<>(operator, name, time, partitions, null, MaterializedNode.Part.MAPPED);
    }
}
