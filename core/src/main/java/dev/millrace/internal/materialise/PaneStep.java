/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.streaming.BatchTime;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the records of one batch, for the windows that will contain it. */
public record PaneStep<T>(
        String name,
        BatchTime time,
        Operator operator,
        RddNode<T> input,
        @Nullable ValueCodec codec) implements MaterialiseStep {

    @Override
    public MaterializedNode<T> output() {
        return outputOf(operator, name, time, input.partitions());
    }

    public static <T> MaterializedNode<T> outputOf(Operator operator, String name, BatchTime time, int partitions) {
        return new MaterializedNode<>(operator, name, time, partitions, null);
    }

    /** The key of a partition of a pane in the change log. */
    public static List<Object> logKey(BatchTime time, int partition) {
        return List.of(time.milliseconds(), partition);
    }

    /** The change block of one partition: its key, and all its records, which are so many, as one list. */
    public static byte[] changes(ValueCodec codec, BatchTime time, int partition, long count, Iterator<?> records) {
        ChangeBlock block = new ChangeBlock(codec);
        block.putList(logKey(time, partition), Math.toIntExact(count), records);
        return block.toBytes();
    }
}
