/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.error.RefusedException;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Takes RDDs from a queue of the program's, which may go on adding to it. The position is the number of RDDs taken; after
 * a restart the program fills the queue with the same RDDs again, and those that were taken are passed over.
 */
public final class QueueInput<T> extends InputNode<T> {
    private static final String TAKEN = "taken";

    private final Queue<RDD<T>> queue;
    private final boolean oneAtATime;
    private final @Nullable RDD<T> whenEmpty;
    private final Map<Long, RDD<T>> held = new HashMap<>(); // by place in the queue, until their batch is generated
    private long polled;
    private long taken;

    public QueueInput(
            Operator operator, Duration slide, Queue<RDD<T>> queue, boolean oneAtATime, @Nullable RDD<T> whenEmpty) {
        super(operator, slide);
        this.queue = queue;
        this.oneAtATime = oneAtATime;
        this.whenEmpty = whenEmpty;
    }

    /** A position in words; null if it is not that of a queue. */
    public static @Nullable String inWords(Map<Object, Object> position) {
        Object count = position.get(TAKEN);
        return count == null ? null : "a queue: " + count + (count.equals(1L) ? " RDD" : " RDDs") + " taken";
    }

    @Override
    protected boolean isOwn(Map<Object, Object> position) {
        return inWords(position) != null;
    }

    @Override
    protected void open(@Nullable Map<Object, Object> position, InputServices services) {
        taken = position == null ? 0 : (long) position.getOrDefault(TAKEN, 0L);
    }

    @Override
    public synchronized InputSlice next(BatchTime batch) {
        long from = taken;
        long most = oneAtATime ? from + 1 : Long.MAX_VALUE;
        while (taken < most && poll(taken)) {
            taken++;
        }
        if (taken == from) {
            return InputSlice.EMPTY;
        }
        long records = 0;
        for (long i = from; i < taken; i++) {
            RddNode<T> rdd = RddAccess.rdds().node(Objects.requireNonNull(held.get(i)));
            records = records >= 0 && rdd instanceof ParallelizedNode<?> data ? records + data.size() : -1;
        }
        return new InputSlice(
                records,
                "RDDs " + from + " to " + (taken - 1) + " of the queue",
                List.of(from, taken),
                Map.of(TAKEN, taken));
    }

    /** Makes the RDD at {@code place} held, passing over those that were taken before a restart. */
    private boolean poll(long place) {
        while (polled <= place) {
            RDD<T> rdd;
            boolean holdsNull;
            synchronized (queue) { // the program adds under the same lock, if its queue needs one
                boolean holds = queue instanceof LinkedList<?> && !queue.isEmpty(); // others take no null
                rdd = queue.poll();
                holdsNull = holds && rdd == null;
            }
            if (holdsNull) {
                throw new RefusedException(
                        this + ": the queue holds null; for an empty batch put in millraceContext().emptyRDD()");
            }
            if (rdd == null) {
                return false;
            }
            held.put(polled++, rdd);
        }
        return held.containsKey(place);
    }

    @Override
    protected synchronized RddNode<T> lineage(InputSlice slice) {
        if (slice.isEmpty()) {
            return whenEmpty != null ? RddAccess.rdds().node(whenEmpty) : new UnionNode<>(operator(), List.of());
        }
        long from = (long) slice.content().get(0);
        long until = (long) slice.content().get(1);
        List<RddNode<T>> parts = new ArrayList<>();
        for (long place = from; place < until; place++) {
            RDD<T> rdd = poll(place) ? held.get(place) : null;
            if (rdd == null) {
                throw new IllegalStateException(this + ": RDD " + place + " of the queue belongs to a batch that is run"
                        + " again, and the queue does not have it; fill the queue with the same RDDs at every start");
            }
            parts.add(RddAccess.rdds().node(rdd));
        }
        held.keySet().removeIf(place -> place < until);
        return parts.size() == 1 ? parts.get(0) : new UnionNode<>(operator(), parts);
    }

    @Override
    protected void close() {}
}
