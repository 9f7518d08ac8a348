/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.joins;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.Reservation;
import dev.millrace.internal.memory.Sampler;
import dev.millrace.internal.memory.Spill;
import dev.millrace.internal.operators.ArrivalMerge;
import dev.millrace.internal.operators.SpillBuckets;
import dev.millrace.internal.operators.TaskScope;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rows of several sides, added one side after the other, grouped by key in order of first arrival: in memory as far as the
 * budget goes, with the same result beyond.
 *
 * <ol>
 *   <li>When memory is refused all rows go to one of several buckets on disk, by the hash of the key, each with the number of
 *       its arrival, or of its key's if that is known.
 *   <li>At the end each bucket is grouped in the same way, and written key by key, with the number of the key's arrival. A
 *       bucket that has one key only is grouped already, however large it is.
 *   <li>What was written is merged by these numbers, while it is read.
 * </ol>
 *
 * So a key may have more values than there is room for. A bucket that cannot be split further (keys whose hashes collide) stays in
 * memory. One thread.
 */
@SuppressWarnings({"unchecked", "NullAway"}) // entries are read as they were written; keys and values may be null
final class GroupedRows<K> implements AutoCloseable {
    private static final int LEAST_BYTES = 1 << 12; // that each needs, whatever the budget
    private static final int ENTRY = 3; // arrival, key, value
    private static final int RESULT = 4; // arrival of the key, side, key, value

    private final MemorySpace space;
    private final int sides;
    private final int level;
    private final Sampler sampler = new Sampler();
    private final Reservation reservation;
    private final Bucket[] buckets = new Bucket[SpillBuckets.COUNT];
    private @Nullable Chains<K> inMemory;
    private @Nullable Spill spilled; // by side and bucket
    private @Nullable Spill results;
    private long arrived;

    /** The knowledge of what a bucket has. */
    private static final class Bucket {
        private final Object firstKey;
        private final long firstArrival;
        private boolean mixed; // of several keys

        Bucket(Object firstKey, long firstArrival) {
            this.firstKey = firstKey;
            this.firstArrival = firstArrival;
        }
    }

    GroupedRows(MemorySpace space, int sides) {
        this(space, sides, 0);
    }

    private GroupedRows(MemorySpace space, int sides, int level) {
        this.space = space;
        this.sides = sides;
        this.level = level;
        inMemory = new Chains<>(sides);
        reservation = space.reservation();
    }

    /** Adds the pairs of a side, which is not before those that have been added. */
    void addAll(int side, Iterator<? extends Tuple2<K, ?>> pairs) {
        pairs.forEachRemaining(pair -> add(side, arrived++, pair._1(), StableHash.of(pair._1()), pair._2()));
    }

    private void add(int side, long arrival, K key, int hash, Object value) {
        Chains<K> chains = inMemory;
        if (chains == null) {
            spill(side, arrival, key, hash, value);
            return;
        }
        int found = chains.find(key, hash);
        int place = found < 0 ? chains.append(key, hash, arrival) : found;
        chains.add(side, place, value);
        if (sampler.isDue()) {
            if (found < 0) {
                sampler.add(Chains.ROW_BYTES + Chains.KEY_BYTES, key, value);
            } else {
                sampler.add(Chains.ROW_BYTES, value);
            }
            sampler.next();
            fit(chains);
        }
    }

    private void fit(Chains<K> chains) {
        long estimate = chains.rows() * sampler.mean();
        if (reservation.tryGrowTo(estimate)) {
            return;
        }
        if (level == SpillBuckets.MOST_LEVELS || estimate <= LEAST_BYTES) {
            reservation.setTo(estimate);
        } else {
            spillAll(chains);
        }
    }

    private void spillAll(Chains<K> chains) {
        spilled = space.spill(sides * SpillBuckets.COUNT, ENTRY);
        for (int place = 0; place < chains.end(); place++) {
            for (int side = 0; side < sides; side++) {
                Iterator<Object> values = chains.values(side, place);
                while (values.hasNext()) {
                    spill(side, chains.arrival(place), chains.key(place), chains.hash(place), values.next());
                }
            }
        }
        inMemory = null;
        reservation.close();
    }

    private void spill(int side, long arrival, K key, int hash, Object value) {
        int number = SpillBuckets.of(key, hash, level);
        Bucket bucket = buckets[number];
        if (bucket == null) {
            buckets[number] = new Bucket(key, arrival);
        } else if (!bucket.mixed) {
            bucket.mixed = !Objects.equals(bucket.firstKey, key);
        }
        spilled.add(sequence(side, number), arrival, key, value);
    }

    private static int sequence(int side, int bucket) {
        return side * SpillBuckets.COUNT + bucket;
    }

    /** The groups in order of the first arrival of their keys, when all sides are added; asked for once. */
    Iterator<Group<K>> groups() {
        if (inMemory != null) {
            fit(inMemory);
        }
        return inMemory != null ? inMemory.groups() : new SpilledGroups<>(spilledRows(), sides, space);
    }

    /** The rows on disk, key by key, the first side last: the arrival of the key, the side, the key and the value. */
    private Iterator<Object[]> spilledRows() {
        spilled.complete();
        boolean frees = spilled.bytesInMemory() == 0;
        results = space.spill(SpillBuckets.COUNT, RESULT);
        for (int bucket = 0; bucket < buckets.length; bucket++) {
            if (buckets[bucket] != null && buckets[bucket].mixed) {
                group(bucket, frees ? level + 1 : SpillBuckets.MOST_LEVELS);
            }
        }
        results.complete();
        List<Iterator<Object[]>> sequences = new ArrayList<>();
        for (int bucket = 0; bucket < buckets.length; bucket++) {
            if (buckets[bucket] != null) {
                sequences.add(buckets[bucket].mixed ? TaskScope.inTask(results.read(bucket)) : ofOneKey(bucket));
            }
        }
        return new ArrivalMerge<>(sequences, entry -> entry);
    }

    private void group(int bucket, int atLevel) {
        try (GroupedRows<K> part = new GroupedRows<>(space, sides, atLevel)) {
            for (int side = 0; side < sides; side++) {
                part.addSpilled(side, TaskScope.inTask(spilled.read(sequence(side, bucket))));
            }
            part.writeTo(results, bucket);
        }
    }

    private void addSpilled(int side, Iterator<Object[]> entries) {
        entries.forEachRemaining(entry -> add(side, (Long) entry[0], (K) entry[1], StableHash.of(entry[1]), entry[2]));
    }

    private void writeTo(Spill target, int sequence) {
        if (inMemory == null) {
            spilledRows().forEachRemaining(entry -> target.add(sequence, entry));
            return;
        }
        for (int place = 0; place < inMemory.end(); place++) {
            for (int side = sides - 1; side >= 0; side--) {
                Iterator<Object> values = inMemory.values(side, place);
                while (values.hasNext()) {
                    target.add(sequence, inMemory.arrival(place), side, inMemory.key(place), values.next());
                }
            }
        }
    }

    private Iterator<Object[]> ofOneKey(int number) {
        Bucket bucket = buckets[number];
        List<Integer> lastFirst = new ArrayList<>();
        for (int side = sides - 1; side >= 0; side--) {
            lastFirst.add(side);
        }
        return new ConcatIterator<>(lastFirst.iterator(), side -> {
            Iterator<Object[]> entries = TaskScope.inTask(spilled.read(sequence(side, number)));
            return new Iterator<Object[]>() {
                @Override
                public boolean hasNext() {
                    return entries.hasNext();
                }

                @Override
                public Object[] next() {
                    return new Object[] {bucket.firstArrival, side, bucket.firstKey, entries.next()[2]};
                }
            };
        });
    }

    @Override
    public void close() {
        reservation.close();
        if (spilled != null) {
            spilled.close();
        }
        if (results != null) {
            results.close();
        }
    }
}
