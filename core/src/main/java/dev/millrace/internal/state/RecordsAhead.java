/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.Tuple2;
import dev.millrace.error.CancelledException;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.Sampler;
import dev.millrace.internal.operators.TaskScope;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The records of a state's input, some of which are read ahead so that their keys are looked up together; then they are given one by one. A record that
 * cannot be read, hashed or looked up fails at its turn, so a function is called for the same records as without reading
 * ahead. One thread.
 */
final class RecordsAhead<K, V> {
    /**
     * The most of an input in which functions of the program run, whatever the base would like: how their calls and those of the state's function
     * take turns must not depend on where the partition is, because records that are put aside stand in that order.
     */
    static final int MOST_WITH_FUNCTIONS = 512;

    private static final long MOST_BYTES = 1 << 21; // records may be large
    private static final int FIRST = 16; // so that a small batch makes small arrays
    private static final int CHECK_MASK = 511;

    private final Iterator<Tuple2<K, V>> input;
    private final LookUps<K> lookUps;
    private final int most;
    private final Sampler sizes = new Sampler();
    private final @Nullable TaskScope scope = TaskScope.current();
    private Tuple2<K, V>[] pairs;
    private Object[] keys;
    private int[] hashes;
    private int size;
    private int at;
    private int given;
    private @Nullable Throwable failure; // at the record behind those that were read ahead; thrown at its turn

    RecordsAhead(StateInput<K, V> input, LookUps<K> lookUps) {
        this.input = input.pairs();
        this.lookUps = lookUps;
        most = input.isComputed() ? lookUps.most() : Math.min(lookUps.most(), MOST_WITH_FUNCTIONS);
        int room = Math.min(FIRST, most);
        pairs = room(room);
        keys = new Object[room];
        hashes = new int[room];
    }

    @SuppressWarnings("unchecked")
    private static <K, V> Tuple2<K, V>[] room(int length) {
        return (Tuple2<K, V>[]) new Tuple2<?, ?>[length];
    }

    /** Goes on to the next record; returns false at the end. */
    boolean next() throws Exception {
        if (++at >= size) {
            fill();
        }
        if ((++given & CHECK_MASK) == 0 && scope != null) {
            scope.checkCancelled(); // no iterator is asked for records that were read ahead, so none looks
        }
        return at < size;
    }

    private void fill() throws Exception {
        at = 0;
        size = 0;
        if (failure == null) {
            try {
                readAhead();
            } catch (CancelledException e) {
                throw e;
            } catch (Throwable e) { // it waits for the records before it
                failure = e;
            }
            lookUps.readAhead(keys, hashes, size);
        }
        if (size == 0 && failure != null) {
            if (failure instanceof Error e) {
                throw e;
            }
            throw (Exception) failure;
        }
    }

    private void readAhead() {
        long bytes = 0;
        while (size < most && bytes < MOST_BYTES && input.hasNext()) {
            Tuple2<K, V> pair = input.next();
            int hash = StableHash.of(pair._1());
            if (size == hashes.length) {
                grow();
            }
            pairs[size] = pair;
            keys[size] = pair._1();
            hashes[size] = hash;
            size++;
            bytes += sizes.sizeOf(pair._2());
        }
    }

    private void grow() {
        int room = Math.min(most, 2 * size);
        pairs = Arrays.copyOf(pairs, room);
        keys = Arrays.copyOf(keys, room);
        hashes = Arrays.copyOf(hashes, room);
    }

    Tuple2<K, V> pair() {
        return pairs[at];
    }

    int hash() {
        return hashes[at];
    }

    /** The state of its key as it is held, or null if it has none. */
    @Nullable
    Object find() {
        return lookUps.find(at);
    }
}
