/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.InputServices;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Numbers 1, 2, 3..., of which a batch takes those that have arrived when it is planned. */
final class ArrivingNumbers extends InputNode<Integer> {
    private static final String TAKEN = "taken";

    private final LongSupplier arrived;
    private long taken;

    ArrivingNumbers(InputNode<Integer> replaced, LongSupplier arrived) {
        super(replaced.operator(), replaced.slide());
        this.arrived = arrived;
    }

    /** The last number that a batch has taken when it has this position. */
    static long taken(@Nullable Map<Object, Object> position) {
        return position == null ? 0 : (long) position.getOrDefault(TAKEN, 0L);
    }

    @Override
    protected void open(@Nullable Map<Object, Object> position, InputServices services) {
        taken = taken(position);
    }

    @Override
    public InputSlice next(BatchTime batch) {
        long from = taken;
        taken = arrived.getAsLong();
        return taken == from
                ? InputSlice.EMPTY
                : new InputSlice(taken - from, "numbers", List.of(from, taken), Map.of(TAKEN, taken));
    }

    @Override
    protected RddNode<Integer> lineage(InputSlice slice) {
        if (slice.isEmpty()) {
            return new UnionNode<>(operator(), List.of());
        }
        List<Integer> numbers = LongStream.range(
                        (long) slice.content().get(0), (long) slice.content().get(1))
                .mapToObj(number -> (int) number + 1)
                .toList();
        return new ParallelizedNode<>(operator(), numbers, 1 + numbers.size() % 2);
    }

    @Override
    protected void close() {}
}
