/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.InputServices;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives one of the test's batches to each batch of the program; its position is how many it has given. */
public final class TestInputNode<T> extends InputNode<T> {
    private static final String TAKEN = "taken";

    private final TestBatches<T> batches;
    private final @Nullable ReceiverCodec received;
    private long taken;

    /** @param received of the receiver in whose place it stands, or null */
    public TestInputNode(Operator operator, Duration slide, TestBatches<T> batches, @Nullable ReceiverCodec received) {
        super(operator, slide);
        this.batches = batches;
        this.received = received;
    }

    @Override
    protected void open(@Nullable Map<Object, Object> position, InputServices services) {
        taken = position == null ? 0 : (long) position.getOrDefault(TAKEN, 0L);
    }

    @Override
    public InputSlice next(BatchTime batch) {
        if (taken >= batches.size()) {
            return InputSlice.EMPTY;
        }
        if (received != null) {
            received.check(batches.get(taken).records());
        }
        long number = taken++;
        return new InputSlice(
                batches.get(number).records().size(),
                "batch " + (number + 1) + " of the test",
                List.of(number),
                Map.of(TAKEN, taken));
    }

    @Override
    protected RddNode<T> lineage(InputSlice slice) {
        if (slice.isEmpty()) {
            return new UnionNode<>(operator(), List.of());
        }
        TestBatches.Batch<T> batch = batches.get((long) slice.content().get(0));
        return new ParallelizedNode<>(operator(), batch.records(), batch.partitions());
    }

    @Override
    protected void close() {}
}
