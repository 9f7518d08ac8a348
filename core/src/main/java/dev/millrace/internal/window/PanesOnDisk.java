/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.Spill;
import dev.millrace.internal.operators.TaskScope;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The records of the panes of a window, a file a pane, in buckets by the hash of their keys: so that a bucket of all of them finds room
 * in memory, and a slide reads those that it needs. Records have numbers in the order in which they came. Not thread safe.
 */
final class PanesOnDisk implements AutoCloseable {
    private static final int PARTS = 3; // arrival, key, value
    private static final int MOST_BUCKETS = 1 << 10;
    private static final int EXPANSION = 8; // an encoded record of few bytes takes so much more as objects
    private static final long LEAST_SHARE = 1 << 18; // of the memory, for a bucket
    private static final int SHARES = 64;
    private static final int MORE = 4;
    private static final int MOST_OPEN = 64;

    private final MemorySpace space;
    private final Deque<Pane> panes = new ArrayDeque<>();
    private final long share;
    private int buckets;
    private long arrived;
    private long bytes;
    private int open; // for reading

    /** @param buckets to begin with, a power of two */
    PanesOnDisk(MemorySpace space, int buckets) {
        this.space = space;
        this.buckets = buckets;
        share = Math.max(LEAST_SHARE, space.budget().total() / SHARES);
    }

    private static final class Pane {
        private final int side;
        private final long number;
        private final Spill records;
        private Spill.@Nullable Reading reading;

        Pane(int side, long number, Spill records) {
            this.side = side;
            this.number = number;
            this.records = records;
        }

        void closeReading() {
            if (reading != null) {
                reading.close();
                reading = null;
            }
        }
    }

    /** Takes a record that has been read: its arrival, its key, its value. */
    @FunctionalInterface
    interface Reader {
        void read(long pane, Object[] record);
    }

    int buckets() {
        return buckets;
    }

    int bucket(int hash) {
        return Spread.of(hash, buckets);
    }

    /** Adds a pane that is not before those of its side. */
    <K, V> void add(int side, long number, Iterator<Tuple2<K, V>> records) {
        Spill spill = space.spill(buckets, PARTS);
        panes.add(new Pane(side, number, spill));
        records.forEachRemaining(
                record -> spill.add(bucket(StableHash.of(record._1())), ++arrived, record._1(), record._2()));
        spill.complete();
        bytes += spill.bytesOnDisk();
    }

    /** Deletes the panes of a side up to {@code until}. */
    void leave(int side, long until) {
        panes.removeIf(pane -> {
            boolean leaves = pane.side == side && pane.number <= until;
            if (leaves) {
                bytes -= pane.records.bytesOnDisk();
                pane.records.close();
            }
            return leaves;
        });
    }

    /** Goes through one bucket of the panes of a side that are later than {@code after}, up to {@code until}. */
    void read(int side, long after, long until, int bucket, Reader reader) {
        for (Pane pane : panes) {
            if (pane.side == side && pane.number > after && pane.number <= until && !pane.records.isEmpty(bucket)) {
                TaskScope.checkCurrent();
                records(pane, bucket).forEachRemaining(record -> reader.read(pane.number, record));
            }
        }
    }

    /** The next buckets are read through the same open file, unless too many are open. */
    private Iterator<Object[]> records(Pane pane, int bucket) {
        if (pane.reading == null && open == MOST_OPEN) {
            return pane.records.read(bucket);
        }
        if (pane.reading == null) {
            pane.reading = pane.records.reading();
            open++;
        }
        return pane.reading.read(bucket);
    }

    /** Closes the files that are open for reading. */
    void endReading() {
        panes.forEach(Pane::closeReading);
        open = 0;
    }

    /** About how much they would take in memory. */
    long expandedBytes() {
        return EXPANSION * bytes;
    }

    boolean isStuck() {
        return panes.stream().anyMatch(pane -> pane.records.bytesInMemory() > 0);
    }

    /** Returns whether a bucket takes too much memory though there may be more of them; then all must be added again. */
    boolean hasTooFewBuckets() {
        return expandedBytes() / buckets > share && buckets < MOST_BUCKETS;
    }

    /** Deletes all, for more buckets than before. */
    void moreBuckets() {
        buckets = Math.min(MOST_BUCKETS, buckets * MORE);
        while (hasTooFewBuckets()) {
            buckets *= 2;
        }
        close();
    }

    @Override
    public void close() {
        endReading();
        panes.forEach(pane -> pane.records.close());
        panes.clear();
        arrived = 0;
        bytes = 0;
    }
}
