/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream that data enters through. */
public abstract class InputNode<T> extends StreamNode<T> {
    private InputNode<T> active;

    protected InputNode(Operator operator, Duration slide) {
        super(operator, List.of(), slide);
        active = this;
    }

    /** Opens the input where it was left; null at the very first start. */
    protected abstract void open(@Nullable Map<Object, Object> position);

    /** What the next batch takes. Driver loop. */
    protected abstract InputSlice next(BatchTime batch) throws Exception;

    /** The lineage of a slice of this run or of an earlier one. */
    protected abstract RddNode<T> lineage(InputSlice slice);

    protected abstract void close();

    public final void closeInput() {
        active.close();
    }

    /** From here on {@code other} gives the data, under this node's name. For tests, before the start. */
    public final void replaceBy(InputNode<T> other) {
        active = other;
    }

    public final void openAt(@Nullable Map<Object, Object> position) {
        active.open(position);
    }

    public final InputSlice nextSlice(BatchTime batch) throws Exception {
        return active.next(batch);
    }

    @Override
    protected final RddNode<T> compute(BatchScope batch) {
        return active.lineage(batch.slice(name()));
    }

    @Override
    public final boolean isDurable() {
        return true;
    }
}
