/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.Combine;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.memory.HeldRows;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.Reservation;
import dev.millrace.internal.memory.Rows;
import dev.millrace.internal.memory.Spill;
import dev.millrace.internal.operators.Aggregation;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.internal.operators.Partitions;
import dev.millrace.internal.operators.SpillingAggregation;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.Partitioner;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The map outputs of a shuffle: a {@link HeldRows} for each map task, with a sequence for each reducer (a block, while it is in memory). Reducers read map outputs in index order, so keys
 * stand in order of first arrival, wherever the outputs stand. When the first outputs have grown to a good part of the
 * budget they are merged into one, which keeps that order and bounds memory by the number of distinct keys; what is still
 * too much is spilled.
 *
 * <pre>{@code
 *                reducer 0    reducer 1
 *   map task 0   -            -             merged into the output of map task 1
 *   map task 1   block        block         has the pairs of map tasks 0 and 1, combined: merged = 2
 *   map task 2   block        on disk       a sequence that was spilled
 *   map task 3   null         null          has not written yet
 * }</pre>
 */
@SuppressWarnings({"unchecked", "NullAway"}) // a slot is null until its map task has written; blocks are untyped
final class ShuffleOutput<K, V, C> implements AutoCloseable {
    private static final int SHARE_TO_MERGE = 4;

    private final ShuffleNode<K, V, C> shuffle;

    /** True if map tasks combine. Only those of reductions do: outputs are read again, so no function may change the accumulators in them. */
    private final boolean mapSide;

    private final MemorySpace space;
    private final HeldRows[] byMapTask;
    private final Set<HeldRows> written = ConcurrentHashMap.newKeySet(); // by attempts that lost too
    private int
            merged; // so many of the first outputs are merged: the last of these has all their pairs, the others are
    // empty
    private long mergedBytes;
    private long addedBytes;

    ShuffleOutput(ShuffleNode<K, V, C> shuffle, MemorySpace space) {
        this.shuffle = shuffle;
        Combine<V, C> combine = shuffle.combine();
        mapSide = combine != null && combine.mapSide() && combine.isReduction();
        this.space = space;
        byMapTask = new HeldRows[shuffle.parent().partitions()];
    }

    synchronized long records() {
        long records = 0;
        for (HeldRows output : byMapTask) {
            records += output == null ? 0 : output.size();
        }
        return records;
    }

    /** The map side: combines values by key if the shuffle says so, and deals the pairs out to the reducers. Runs in a map task. */
    HeldRows write(Iterator<Tuple2<K, V>> pairs) {
        Combine<V, C> combine = shuffle.combine();
        if (combine == null || !mapSide) {
            return byReducer((Iterator<Tuple2<K, Object>>) (Iterator<?>) pairs);
        }
        SpillingAggregation<K, V, C> aggregation = new SpillingAggregation<>(space, combine, false, 0);
        try {
            aggregation.addValues(pairs);
            OrderedMap<K, C> map = aggregation.complete();
            if (map != null) {
                HeldRows output = HeldRows.ofPairs(space, blocks(map), aggregation.reservation());
                written.add(output);
                return output;
            }
            return byReducer((Iterator<Tuple2<K, Object>>) (Iterator<?>) aggregation.result());
        } catch (Throwable e) {
            aggregation.close();
            throw e;
        }
    }

    private HeldRows byReducer(Iterator<Tuple2<K, Object>> pairs) {
        HeldRows output = HeldRows.ofPairs(space, shuffle.partitions());
        written.add(output);
        try {
            boolean hashed = shuffle.combine() != null || shuffle.target() instanceof HashPartitioner;
            pairs.forEachRemaining(pair -> {
                int hash = hashed ? StableHash.of(pair._1()) : 0; // nothing reads this hash then
                output.add(reducer(pair._1(), hash), pair._1(), hash, pair._2());
            });
            output.complete();
            return output;
        } catch (Throwable e) {
            output.close();
            throw e;
        }
    }

    private Rows[] blocks(OrderedMap<K, C> map) {
        Rows[] blocks = new Rows[shuffle.partitions()];
        int expected = map.size() / blocks.length + 1;
        for (int i = 0; i < map.end(); i++) {
            int reducer = reducer(map.key(i), map.hash(i));
            if (blocks[reducer] == null) {
                blocks[reducer] = Rows.ofPairs(expected);
            }
            blocks[reducer].add(map.key(i), map.hash(i), map.value(i));
        }
        return blocks;
    }

    private int reducer(@Nullable Object key, int hash) {
        if (key == null) {
            throw Partitions.nullKey(shuffle.operator());
        }
        Partitioner target = shuffle.target();
        return target instanceof HashPartitioner
                ? Math.floorMod(hash, shuffle.partitions())
                : Partitions.of(target, key, shuffle.operator());
    }

    /** Takes the output of the winning attempt of a map task. */
    synchronized void add(int mapTask, HeldRows output) {
        byMapTask[mapTask] = output;
        Combine<V, C> combine = shuffle.combine();
        addedBytes += output.bytesInMemory();
        if (combine != null && mapSide && mergedBytes + addedBytes > mergeAbove()) {
            mergeFinished(combine);
        }
    }

    private long mergeAbove() {
        return Math.max(space.budget().total() / SHARE_TO_MERGE, 2 * mergedBytes);
    }

    private void mergeFinished(Combine<V, C> combine) {
        int first = Math.max(0, merged - 1);
        int until = first;
        long bytes = 0;
        List<Rows[]> finished = new ArrayList<>();
        while (until < byMapTask.length && byMapTask[until] != null) {
            Rows[] blocks = byMapTask[until].sequencesInMemory();
            if (blocks == null) {
                break; // spilled, and what comes after it may not be merged before it
            }
            bytes += byMapTask[until++].bytesInMemory();
            finished.add(blocks);
        }
        if (finished.size() > 1 && bytes > mergeAbove()) {
            merge(finished, first, until, bytes, combine);
        }
    }

    private void merge(List<Rows[]> finished, int first, int until, long bytes, Combine<V, C> combine) {
        Rows[] result = new Rows[shuffle.partitions()];
        for (int reducer = 0; reducer < result.length; reducer++) {
            OrderedMap<K, C> map = new OrderedMap<>(largest(finished, reducer));
            for (Rows[] blocks : finished) {
                Rows block = blocks[reducer];
                for (int i = 0; block != null && i < block.size(); i++) {
                    Aggregation.addCombined(map, (K) block.key(i), block.hash(i), (C) block.value(i), combine);
                }
            }
            result[reducer] = Rows.ofPairs(map.size());
            for (int i = 0; i < map.end(); i++) {
                result[reducer].add(map.key(i), map.hash(i), map.value(i));
            }
        }
        long mergedBefore = mergedBytes;
        long before = 0;
        for (int i = first; i < until; i++) {
            before += byMapTask[i].size();
            drop(byMapTask[i]);
            byMapTask[i] = HeldRows.ofPairs(space, new Rows[result.length], space.reservation());
        }
        Reservation reservation = space.reservation();
        HeldRows output = HeldRows.ofPairs(space, result, reservation);
        written.add(output);
        mergedBytes = bytes * output.size() / before;
        reservation.setTo(mergedBytes);
        addedBytes -= bytes - mergedBefore;
        byMapTask[until - 1] = output;
        merged = until;
    }

    private static int largest(List<Rows[]> outputs, int reducer) {
        return outputs.stream()
                .mapToInt(blocks -> blocks[reducer] == null ? 0 : blocks[reducer].size())
                .max()
                .orElse(0);
    }

    private void drop(HeldRows output) {
        output.close();
        written.remove(output);
    }

    /** The reduce side: the pairs of one partition. Runs in a reduce task, after all map tasks. */
    Iterator<Tuple2<K, C>> read(int reducer, TaskScope scope) {
        List<HeldRows.Part> parts = parts(reducer);
        Combine<V, C> combine = shuffle.combine();
        if (combine == null || (mapSide && parts.size() == 1)) {
            return new ConcatIterator<>(
                    parts.iterator(), part -> part.read((key, value) -> new Tuple2<>((K) key, (C) value)));
        }
        SpillingAggregation<K, V, C> aggregation = new SpillingAggregation<>(
                space,
                combine,
                mapSide,
                parts.stream()
                        .mapToInt(part -> part.rows() == null ? 0 : part.rows().size())
                        .max()
                        .orElse(0));
        try {
            parts.forEach(part -> addAll(part, aggregation, scope));
            aggregation.complete();
        } catch (Throwable e) {
            aggregation.close();
            throw e;
        }
        return aggregation.result();
    }

    private List<HeldRows.Part> parts(int reducer) {
        List<HeldRows.Part> parts = new ArrayList<>();
        for (HeldRows output : byMapTask) {
            HeldRows.Part part = output.part(reducer);
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }

    private void addAll(HeldRows.Part part, SpillingAggregation<K, V, C> aggregation, TaskScope scope) {
        for (Spill spill : part.spills()) {
            Iterator<Object[]> entries = scope.leaf(spill.read(part.sequence()));
            while (entries.hasNext()) {
                Object[] entry = entries.next();
                K key = (K) entry[0];
                aggregation.add(key, StableHash.of(key), entry[1]);
            }
        }
        Rows block = part.rows();
        for (int i = 0; block != null && i < block.size(); i++) {
            aggregation.add((K) block.key(i), block.hash(i), block.value(i));
        }
    }

    /** Returns whether some of it was to be spilled, and cannot be. */
    boolean isStuck() {
        return written.stream().anyMatch(HeldRows::isStuck);
    }

    /** Spills about {@code bytes}, and tells how many it freed; the last outputs first, as the first are merged. */
    long spill(long bytes) {
        List<HeldRows> outputs = new ArrayList<>();
        synchronized (this) {
            for (int i = byMapTask.length - 1; i >= 0; i--) {
                if (byMapTask[i] != null) {
                    outputs.add(byMapTask[i]);
                }
            }
        }
        long freed = 0;
        for (HeldRows output : outputs) {
            if (freed < bytes) {
                freed += output.spill();
            }
        }
        return freed;
    }

    /** Gives back memory and disk; nothing is read any more. */
    @Override
    public void close() {
        written.forEach(HeldRows::close);
        written.clear();
    }
}
