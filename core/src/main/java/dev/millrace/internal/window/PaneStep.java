/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.StepChange;
import dev.millrace.internal.lineage.StepInput;
import dev.millrace.internal.lineage.StepOutput;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.lineage.StepTask;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the records of one batch, for the windows that will contain it.
 *
 * @param codec how they are encoded for the change log, or null if they are not kept there
 */
public record PaneStep<T>(
        String name,
        BatchTime time,
        Operator operator,
        RddNode<T> input,
        @Nullable ValueCodec codec) implements MaterialiseStep<StepTable> {

    @Override
    public List<RddNode<T>> inputs() {
        return List.of(input);
    }

    @Override
    public StepTask<StepTable> task() {
        return new Task(operator, time, codec);
    }

    @Override
    public Kept kept() {
        return Kept.RECORDS;
    }

    /** The leaf through which they are read. */
    public MaterializedNode<T> output() {
        return outputOf(operator, name, time, input.partitions());
    }

    public static <T> MaterializedNode<T> outputOf(Operator operator, String name, BatchTime time, int partitions) {
        return new MaterializedNode<>(operator, name, time, partitions, null, MaterializedNode.Part.RECORDS);
    }

    /** The key of a piece of a partition of a pane in the change log. */
    public static List<Object> logKey(BatchTime time, int partition, int piece) {
        return List.of(time.milliseconds(), partition, piece);
    }

    private record Task(
            Operator operator, BatchTime time, @Nullable ValueCodec log) implements StepTask<StepTable> {
        @Override
        public List<StepTable> open(MemorySpace space, int partitions) {
            return Collections.nCopies(partitions, StepTable.NONE);
        }

        @Override
        public StepChange run(StepTable table, StepInput input, StepOutput output) throws Exception {
            input.read(0).forEachRemaining(output::record);
            if (log != null) {
                StepOutput.encoding(operator, () -> encode(log, input.partition(), output.records(), output::changed));
            }
            return StepChange.NONE;
        }

        /** Gives on the records in change blocks, each a piece: its key, and as many records as it has room for. */
        private void encode(ValueCodec codec, int partition, Iterator<?> records, StepChanges.Sink sink)
                throws IOException {
            int piece = 0;
            do { // also of a partition without records, so that a start knows of it
                ChangeBlock block = new ChangeBlock(codec);
                block.putList(logKey(time, partition, piece++), records);
                sink.add(block.toBytes());
            } while (records.hasNext());
        }
    }
}
