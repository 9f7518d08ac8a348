/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.Combine;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.Reservation;
import dev.millrace.internal.memory.Sampler;
import dev.millrace.internal.memory.SizeEstimate;
import dev.millrace.internal.memory.Spill;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Hash aggregation by key in order of first arrival, in memory as far as the budget goes, with the same result beyond.
 *
 * <ol>
 *   <li>When memory is refused, the map takes no new keys. Those that it has go on being merged; records of others go to
 *       one of several buckets on disk, by hash, each with the number of its arrival.
 *   <li>When memory is refused again, because accumulators grow, the map goes to buckets too, to be read before them.
 *   <li>At the end the keys of the map come first: they arrived first. Then each bucket is aggregated in the same way,
 *       and the results, each in order of first arrival, are merged by that.
 * </ol>
 *
 * Values of a key are so always merged one by one from the left, however much was spilled. A bucket that cannot be split further
 * (one key whose accumulator is larger than the budget) stays in memory. One thread.
 */
@SuppressWarnings({"unchecked", "NullAway"}) // entries are read as they were written; keys and values may be null
public final class SpillingAggregation<K, V, C> implements AutoCloseable {
    private static final int LEAST_BYTES = 1 << 12; // an aggregation may hold so many bytes, whatever the budget
    private static final int CANCEL_MASK = 1023;
    private static final int ENTRY = 36; // the bytes of an entry in the arrays and the table of the map
    private static final int PARTS = 4; // arrival, whether it is an accumulator, key, value
    private static final long AFTER_THE_MAP = 1L << 32;

    private final MemorySpace space;
    private final Combine<V, C> combine;
    private final boolean combined;
    private final int level;
    private final Sampler sampler = new Sampler();
    private final Reservation reservation;
    private @Nullable OrderedMap<K, C> map;
    private long[] arrivals = {}; // of the entries of the map; below the first level only
    private @Nullable Spill spilledMap;
    private @Nullable Spill buckets;
    private @Nullable Spill results;
    private long overflowed;
    private long growth;

    /**
     * @param combined whether what is added are accumulators, rather than values
     * @param expected a number of keys to make room for
     */
    public SpillingAggregation(MemorySpace space, Combine<V, C> combine, boolean combined, int expected) {
        this(space, combine, combined, new OrderedMap<>(expected), 0);
    }

    private SpillingAggregation(
            MemorySpace space, Combine<V, C> combine, boolean combined, OrderedMap<K, C> map, int level) {
        this.space = space;
        this.combine = combine;
        this.combined = combined;
        this.map = map;
        this.level = level;
        reservation = space.reservation();
    }

    /** One pair a key of the pairs of a partition, which are gone through at once. */
    static <K, V, C> Iterator<Tuple2<K, C>> of(Iterator<Tuple2<K, V>> pairs, Combine<V, C> combine, TaskScope scope) {
        SpillingAggregation<K, V, C> aggregation = new SpillingAggregation<>(scope.space(), combine, false, 0);
        try {
            aggregation.addValues(pairs);
            aggregation.complete();
        } catch (Throwable e) {
            aggregation.close();
            throw e;
        }
        return scope.leaf(aggregation.result());
    }

    /** Adds the values of a map task. This loop sees each record, so what only some records need is in a method of its own. */
    public void addValues(Iterator<Tuple2<K, V>> pairs) {
        OrderedMap<K, C> inMemory = map;
        pairs.forEachRemaining(pair -> {
            K key = pair._1();
            int hash = StableHash.of(key);
            boolean due = sampler.isDue();
            if (due || buckets != null) {
                add(due, AFTER_THE_MAP + overflowed, combined, key, hash, pair._2());
            } else {
                Aggregation.addValue(inMemory, key, hash, pair._2(), combine);
            }
        });
    }

    /** Adds a value, or an accumulator. */
    public void add(K key, int hash, Object value) {
        boolean due = sampler.isDue();
        if (due || buckets != null) {
            add(due, AFTER_THE_MAP + overflowed, combined, key, hash, value);
        } else {
            fold(combined, key, hash, value);
        }
    }

    private void fold(boolean accumulator, K key, int hash, Object value) {
        if (accumulator) {
            Aggregation.addCombined(map, key, hash, (C) value, combine);
        } else {
            Aggregation.addValue(map, key, hash, (V) value, combine);
        }
    }

    /** @param due whether the sizes of this key and its accumulator are to be estimated */
    private void add(boolean due, long arrival, boolean accumulator, K key, int hash, Object value) {
        int index = map == null ? -1 : map.find(key, hash);
        if (index < 0 && buckets != null) {
            overflow(arrival, accumulator, key, hash, value);
            if (due) {
                sampler.next();
            }
            return;
        }
        long before = due && index >= 0 ? SizeEstimate.of(map.value(index)) : 0;
        fold(accumulator, key, hash, value);
        if (index < 0 && level > 0) {
            remember(arrival);
        }
        if (due) {
            if (index < 0) {
                sampler.add(ENTRY, key, map.value(map.end() - 1));
            } else {
                growth += sampler.interval() * Math.max(0, SizeEstimate.of(map.value(index)) - before);
            }
            sampler.next();
            fit();
        }
    }

    private void remember(long arrival) {
        if (arrivals.length < map.end()) {
            arrivals = Arrays.copyOf(arrivals, Math.max(16, 2 * arrivals.length));
        }
        arrivals[map.end() - 1] = arrival;
    }

    private long estimate() {
        return growth + map.size() * sampler.mean();
    }

    private void fit() {
        if (reservation.tryGrowTo(estimate())) {
            return;
        }
        if (level == SpillBuckets.MOST_LEVELS || estimate() <= LEAST_BYTES) {
            reservation.setTo(estimate());
        } else if (buckets == null) {
            buckets = space.spill(SpillBuckets.COUNT, PARTS);
            reservation.setTo(estimate());
        } else {
            spillMap();
        }
    }

    private void spillMap() {
        spilledMap = space.spill(SpillBuckets.COUNT, PARTS);
        for (int i = 0; i < map.end(); i++) {
            spilledMap.add(SpillBuckets.of(map.key(i), map.hash(i), level), arrival(i), true, map.key(i), map.value(i));
        }
        dropMap();
    }

    private void overflow(long arrival, boolean accumulator, K key, int hash, Object value) {
        buckets.add(SpillBuckets.of(key, hash, level), arrival, accumulator, key, value);
        overflowed++;
    }

    private long arrival(int index) {
        return level == 0 ? index : arrivals[index];
    }

    private void dropMap() {
        map = null;
        reservation.close();
    }

    /** Accounts for the last records; then the result may be read. Null if something was spilled. */
    public @Nullable OrderedMap<K, C> complete() {
        if (map != null && buckets == null) {
            fit();
        } else if (map != null) {
            reservation.setTo(estimate());
        }
        return buckets == null ? map : null;
    }

    /** Returns the bytes of the budget that the map has; the code that takes the map gives them back. */
    public Reservation reservation() {
        return reservation;
    }

    /** One pair a key, in order of first arrival; gives back everything at its end. */
    public ConcatIterator<Tuple2<K, C>> result() {
        List<Supplier<Iterator<Tuple2<K, C>>>> pieces = new ArrayList<>();
        if (map != null) {
            OrderedMap<K, C> first = map;
            pieces.add(() -> Aggregation.entries(first));
        }
        if (buckets != null) {
            pieces.add(this::spilled);
        }
        return new ConcatIterator<>(pieces.iterator(), Supplier::get, this);
    }

    private Iterator<Tuple2<K, C>> spilled() {
        return merged(entry -> new Tuple2<>((K) entry[1], (C) entry[2]));
    }

    /** The contents of the buckets, in order of first arrival: of each key its arrival, itself and its accumulator. */
    private <T> Iterator<T> merged(Function<Object[], T> give) {
        dropMap();
        List<Spill> sources = spilledMap == null ? List.of(buckets) : List.of(spilledMap, buckets);
        sources.forEach(Spill::complete);
        boolean frees = sources.stream().allMatch(source -> source.bytesInMemory() == 0);
        results = space.spill(SpillBuckets.COUNT, 3);
        for (int bucket = 0; bucket < SpillBuckets.COUNT; bucket++) {
            try (SpillingAggregation<K, V, C> part = new SpillingAggregation<>(
                    space, combine, combined, new OrderedMap<>(), frees ? level + 1 : SpillBuckets.MOST_LEVELS)) {
                for (Spill source : sources) {
                    part.addAll(source.read(bucket));
                }
                part.writeTo(results, bucket);
            }
        }
        sources.forEach(Spill::close);
        results.complete();
        return new ArrivalMerge<>(
                IntStream.range(0, SpillBuckets.COUNT).mapToObj(results::read).toList(), give);
    }

    private void addAll(Iterator<Object[]> entries) {
        TaskScope task = TaskScope.current();
        for (long count = 0; entries.hasNext(); count++) {
            if ((count & CANCEL_MASK) == 0 && task != null) {
                task.checkCancelled();
            }
            Object[] entry = entries.next();
            K key = (K) entry[2];
            add(sampler.isDue(), (Long) entry[0], (Boolean) entry[1], key, StableHash.of(key), entry[3]);
        }
    }

    private void writeTo(Spill target, int stream) {
        complete();
        if (map != null) {
            for (int i = 0; i < map.end(); i++) {
                target.add(stream, arrival(i), map.key(i), map.value(i));
            }
        }
        if (buckets != null) {
            merged(entry -> entry).forEachRemaining(entry -> target.add(stream, entry));
        }
    }

    @Override
    public void close() {
        reservation.close();
        if (spilledMap != null) {
            spilledMap.close();
        }
        if (buckets != null) {
            buckets.close();
        }
        if (results != null) {
            results.close();
        }
    }
}
