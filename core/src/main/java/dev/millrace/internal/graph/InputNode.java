/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A stream that data enters through. It is opened, started, asked for a slice a batch, told of each slice whose batch is
 * decided, and closed. Driver loop, but for {@link #retire} and {@link #lineage}, which belong to the batch thread.
 *
 * <p>A test driver may have another input give the data under this one's name ({@link #replaceBy}). So whoever runs the program calls what an
 * input implements through {@link #active}, which is this input in all other programs.
 */
public abstract class InputNode<T> extends StreamNode<T> {
    private InputNode<T> active;
    private boolean open; // a start that was refused may be followed by another, which is refused before this is open

    protected InputNode(Operator operator, Duration slide) {
        super(operator, List.of(), slide);
        active = this;
    }

    // ---- implemented by each kind of input ----

    /** Opens the input at the position where it was left; that is null at the very first start. */
    protected abstract void open(@Nullable Map<Object, Object> position, InputServices services);

    /** The position that a very first start has chosen; asked for once after {@link #open}, to make it durable. */
    protected Map<Object, Object> chosen() {
        return Map.of();
    }

    /** Returns whether a position, which is not empty, is one of this kind of input. */
    protected boolean isOwn(Map<Object, Object> position) {
        return true;
    }

    /** Data may come in from now on. */
    public void start() {}

    /** The edge of a batch: what has come so far belongs to the next slice. Returns at once. */
    public void seal() {}

    /** The slice that the next batch takes. */
    public abstract InputSlice next(BatchTime batch) throws Exception;

    /** The slice that was just given is empty, and of no batch: no input has anything. */
    public void skip() {}

    /** The lineage of a slice of this run or of an earlier one. */
    protected abstract RddNode<T> lineage(InputSlice slice);

    /** The batch of {@code slice} is decided, and those before it: they are not read again. */
    public void retire(InputSlice slice) {}

    /** Returns whether data comes in by itself, and not only when a batch asks for it. */
    protected boolean isReceiver() {
        return false;
    }

    /** Returns whether data has come in of which the last slice took only a part. */
    public boolean hasMore() {
        return false;
    }

    /** Waits until it knows what is there now; for virtual time, in which no thread of the input looks. */
    protected void refresh() throws Exception {}

    /** Returns whether back-pressure sets its rate. */
    public boolean takesRate() {
        return false;
    }

    /** Sets the greatest number of records a second. */
    public void setRate(double recordsPerSecond) {}

    /** No data shall come in any more; what has come can still be taken. Returns at once. */
    public void requestStop() {}

    /** Returns when no data comes in any more. */
    public void awaitStopped() {}

    /** The threads of the program's code that live now, if it has some of its own. */
    public Set<Thread> running() {
        return Set.of();
    }

    protected abstract void close();

    // ---- called by the program's run ----

    /** From here on {@code other} gives the data, under this node's name. Before the start: so the test driver feeds a program. */
    public final void replaceBy(InputNode<T> other) {
        active = other;
    }

    /** The input that gives the data: this one, unless it was replaced. */
    public final InputNode<T> active() {
        return active;
    }

    public final void openAt(@Nullable Map<Object, Object> position, InputServices services) {
        active.open(position, services);
        open = true;
    }

    /** The position that the open input has chosen, if this is its very first start; no slice repeats it. */
    public final Map<Object, Object> chosenPosition() {
        return active.chosen();
    }

    /** Returns whether the input can go on from a position; not if that was another kind of input's. */
    public final boolean takesOver(Map<Object, Object> position) {
        return position.isEmpty() || active.isOwn(position);
    }

    public final boolean receives() {
        return active.isReceiver();
    }

    /** Does nothing if it is not open. */
    public final void refreshInput() throws Exception {
        if (open) {
            active.refresh();
        }
    }

    /** Does nothing if it is not open. */
    public final void closeInput() {
        if (open) {
            open = false;
            active.close();
        }
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
