/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
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

    /** The key of a piece of a partition of a pane in the change log. */
    public static List<Object> logKey(BatchTime time, int partition, int piece) {
        return List.of(time.milliseconds(), partition, piece);
    }

    /** Gives on the records of one partition in change blocks, each a piece: its key, and as many records as it has room for. */
    public static void encode(
            ValueCodec codec, BatchTime time, int partition, Iterator<?> records, StepChanges.Sink sink)
            throws IOException {
        int piece = 0;
        do { // also of a partition without records, so that a start knows of it
            ChangeBlock block = new ChangeBlock(codec);
            block.putList(logKey(time, partition, piece++), records);
            sink.add(block.toBytes());
        } while (records.hasNext());
    }
}
