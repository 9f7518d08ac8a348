/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.OrderedMap;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link FoldedWindow} on disk. A row has the front and the back of a key, each one value. New values are merged into the back; when a
 * pane leaves, the next front is read, which was written when the key turned ({@link FrontsOnDisk}). Keys turn in the same slides as in
 * memory, so values are bracketed in the same way; a slide reads all panes of the buckets in which keys turn, and of no others.
 */
@SuppressWarnings({"unchecked", "NullAway"
}) // rows are as they were written; what a row has not is null, and values may be
final class FoldedOnDisk<K, V> extends WindowOnDisk<K, V, V> {
    private static final int PARTS = 6;
    private static final int VALUE = 2; // of a record
    private static final int HAS_FRONT = 2;
    private static final int FRONT = 3;
    private static final int HAS_BACK = 4;
    private static final int BACK = 5;
    private static final int MOST_BUCKETS = 128; // to begin with
    private static final int PHASES = 4; // of a bucket, at most, if there are enough buckets

    private final Merge<V> merge;
    private final int length;
    private final FrontsOnDisk fronts;
    private boolean[] turning = {}; // by bucket

    FoldedOnDisk(Merge<V> merge, MemorySpace space, WindowShape shape) {
        super(space, shape, PARTS, buckets(shape.length()));
        this.merge = merge;
        length = shape.length();
        fronts = new FrontsOnDisk(space, length);
    }

    /** A bucket is read whole whenever a phase turns that it has keys of. */
    private static int buckets(int length) {
        int buckets = 1;
        while (buckets < MOST_BUCKETS && buckets * PHASES < length) {
            buckets *= 2;
        }
        return buckets;
    }

    @Override
    void begin(Slide slide) {
        if (slide.anew()) {
            fronts.close();
        }
        fronts.leave(slide.from() - length);
        turning = new boolean[buckets()];
        for (int bucket = 0; bucket < turning.length; bucket++) {
            long first = (long) bucket * length / turning.length;
            long behind = ((bucket + 1L) * length + turning.length - 1) / turning.length;
            for (long phase = first; phase < behind; phase++) {
                turning[bucket] |= turns((int) phase, slide);
            }
        }
        fronts.begin(slide.to(), turning);
    }

    private boolean turns(int phase, Slide slide) {
        return slide.anew() || due(phase, slide.to()) != due(phase, slide.from());
    }

    private boolean turns(Object[] row, Slide slide) {
        return slide.anew() || turns(Spread.of(hash(row), length), slide);
    }

    /** The pane up to which the front of a key is made for the window that ends with {@code to}. */
    private long due(int phase, long to) {
        return to - Math.floorMod(to + phase, (long) length);
    }

    @Override
    void move(int bucket, Slide slide, OrderedMap<K, Object[]> held) {
        long left = slide.to() - length;
        if (!slide.anew()) {
            fronts.read(slide.from() - length, left, bucket, front -> leave(held, front));
        }
        read(Math.max(slide.from(), left), slide.to(), bucket, (pane, record) -> {
            Object[] row = entered(held, record);
            if (!turns(record, slide)) {
                addToBack(row, (V) record[VALUE]);
            }
        });
        if (turning[bucket]) {
            turn(bucket, slide, held);
        }
        for (int i = 0; i < held.end(); i++) {
            if (held.isLive(i) && !has(held.value(i), HAS_FRONT) && !has(held.value(i), HAS_BACK)) {
                held.remove(i);
            }
        }
    }

    private static boolean has(Object[] row, int part) {
        return Boolean.TRUE.equals(row[part]);
    }

    private void leave(OrderedMap<K, Object[]> held, Object[] front) {
        K key = (K) front[FrontsOnDisk.KEY];
        Object[] row = held.get(key, StableHash.of(key));
        row[HAS_FRONT] = front[FrontsOnDisk.HAS];
        row[FRONT] = front[FrontsOnDisk.FRONT];
    }

    private void addToBack(Object[] row, V value) {
        row[BACK] = has(row, HAS_BACK) ? merge.of((V) row[BACK], value) : value;
        row[HAS_BACK] = true;
    }

    /** The values that a key which turns has in the window, and their panes. */
    private record Values<V>(List<V> values, List<Long> panes) {}

    /** Makes front and back anew of the keys that turn. */
    private void turn(int bucket, Slide slide, OrderedMap<K, Object[]> held) {
        for (int i = 0; i < held.end(); i++) {
            if (held.isLive(i) && turns(held.value(i), slide)) {
                held.value(i)[HAS_FRONT] = false;
                held.value(i)[HAS_BACK] = false;
            }
        }
        OrderedMap<K, Values<V>> turned = new OrderedMap<>();
        read(slide.to() - length, slide.to(), bucket, (pane, record) -> {
            if (turns(record, slide)) {
                values(turned, record).values().add((V) record[VALUE]);
                values(turned, record).panes().add(pane);
            }
        });
        for (int i = 0; i < turned.end(); i++) {
            Object[] row = held.get(turned.key(i), turned.hash(i));
            turn(bucket, row, turned.value(i), due(Spread.of(turned.hash(i), length), slide.to()));
        }
        fronts.end(bucket);
    }

    private Values<V> values(OrderedMap<K, Values<V>> turned, Object[] record) {
        int hash = hash(record);
        int index = turned.find(key(record), hash);
        if (index < 0) {
            turned.append(key(record), hash, new Values<>(new ArrayList<>(), new ArrayList<>()));
            index = turned.end() - 1;
        }
        return turned.value(index);
    }

    /** @param due the last pane of the front */
    private void turn(int bucket, Object[] row, Values<V> of, long due) {
        List<V> folds = of.values();
        int flipped = 0;
        while (flipped < folds.size() && of.panes().get(flipped) <= due) {
            flipped++;
        }
        for (int i = flipped - 2; i >= 0; i--) {
            folds.set(i, merge.of(folds.get(i), folds.get(i + 1)));
        }
        row[HAS_FRONT] = flipped > 0;
        row[FRONT] = flipped > 0 ? folds.get(0) : null;
        row[BACK] = null;
        for (int i = flipped; i < folds.size(); i++) {
            addToBack(row, folds.get(i));
        }
        for (int i = 0; i < flipped; i++) {
            boolean more = i + 1 < flipped;
            long pane = of.panes().get(i);
            if (!more || of.panes().get(i + 1) != pane) {
                fronts.add(bucket, pane, row[KEY], more, more ? folds.get(i + 1) : null);
            }
        }
    }

    @Override
    V value(Object[] row) {
        if (!has(row, HAS_FRONT)) {
            return (V) row[BACK];
        }
        return has(row, HAS_BACK) ? merge.of((V) row[FRONT], (V) row[BACK]) : (V) row[FRONT];
    }

    @Override
    void end() {
        fronts.complete();
    }

    @Override
    public boolean isStuck() {
        return super.isStuck() || fronts.isStuck();
    }

    @Override
    public void close() {
        super.close();
        fronts.close();
    }
}
