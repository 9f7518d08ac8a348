/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.streaming.BatchTime;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * One partition of a window, kept from slide to slide so that a slide costs what comes and what leaves, not the whole
 * window. It follows from the panes alone: whatever went wrong, it is built again from them, and gives the same then.
 * Keys stand in the order in which they arrived last, by pane and within the pane; so those that leave are the first.
 * Not thread safe.
 *
 * @param <V> the value of a key in a pane
 * @param <R> the value of a key in the window
 */
public abstract class WindowContents<K, V, R> implements Contents<List<WindowContents.Pane<K, V>>, Tuple2<K, R>> {
    private static final long NONE = Long.MIN_VALUE;
    static final int SAMPLE = 64;
    static final long BOX_BYTES = 24; // what a value counts at least

    private final WindowShape shape;
    private long newest = NONE; // the last pane that is in it; NONE too while it is changed

    protected WindowContents(WindowShape shape) {
        this.shape = shape;
    }

    /** One partition of a pane: a record a key. */
    public record Pane<K, V>(BatchTime time, Supplier<Iterator<Tuple2<K, V>>> records) {}

    @Override
    public final void slide(BatchTime time, List<Pane<K, V>> panes, Room room, Consumer<Tuple2<K, R>> sink) {
        long to = shape.number(time);
        long from = newest;
        boolean anew = from == NONE || from >= to || to - from > shape.slide() || !isIncremental();
        newest = NONE; // until this has gone well
        if (!anew && !takeOut(from, to, panes)) {
            anew = true;
        }
        if (anew) {
            clear();
        }
        Growth growth = new Growth(this, room);
        for (Pane<K, V> pane : panes) {
            long number = shape.number(pane.time());
            boolean isNew = anew || number > from;
            if (isNew && number <= to && number > to - shape.length()) {
                pane.records().get().forEachRemaining(pair -> {
                    enter(number, pair._1(), pair._2());
                    growth.entered(pair._1(), pair._2());
                });
            }
        }
        give(to, sink);
        newest = to;
    }

    /** Takes out the panes that the window has left; returns false if that failed, and the window is to be built anew. */
    private boolean takeOut(long from, long to, List<Pane<K, V>> panes) {
        try {
            for (Pane<K, V> pane : panes) {
                long number = shape.number(pane.time());
                boolean was = number <= from && number > from - shape.length();
                if (was && number <= to - shape.length()) {
                    pane.records().get().forEachRemaining(pair -> leave(pair._1(), pair._2()));
                }
            }
            return true;
        } catch (InverseFailure e) {
            return false;
        }
    }

    /** A function of the program cannot take out what leaves. It was told of, and the panes are there. */
    static final class InverseFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        InverseFailure(Throwable cause) {
            super(cause);
        }
    }

    /** Returns whether a slide begins with what the slide before left. */
    protected boolean isIncremental() {
        return true;
    }

    protected abstract void clear();

    /**
     * A record of a pane that the window has left; called only if such panes are kept. It may throw {@link InverseFailure}.
     */
    protected void leave(K key, V value) {
        throw new IllegalStateException("panes that have left are not asked for");
    }

    protected abstract void enter(long pane, K key, V value);

    final WindowShape shape() {
        return shape;
    }

    /** All pairs of the window whose last pane is {@code to}. */
    protected abstract void give(long to, Consumer<Tuple2<K, R>> sink);

    /** Returns what the keys of a map take, by a sample. */
    static long keyBytes(OrderedMap<?, ?> keys, ToLongFunction<Object> sizeOf) {
        return sampled(keys, index -> sizeOf.applyAsLong(keys.key(index)));
    }

    /** The sum of something over all entries of a map, by a sample. */
    static long sampled(OrderedMap<?, ?> keys, IntToLongFunction ofEntry) {
        long sampled = 0;
        long sum = 0;
        int step = Math.max(1, keys.end() / SAMPLE);
        for (int i = 0; i < keys.end(); i += step) {
            if (keys.isLive(i)) {
                sampled++;
                sum += ofEntry.applyAsLong(i);
            }
        }
        return sampled == 0 ? 0 : keys.size() * sum / sampled;
    }
}
