/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.Combine;
import dev.millrace.internal.lineage.StableHash;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Hash aggregation by key in order of first arrival; both engines and both sides of a shuffle use it. */
public final class Aggregation {
    private Aggregation() {}

    public static <K, V, C> OrderedMap<K, C> combine(Iterator<Tuple2<K, V>> pairs, Combine<V, C> combine) {
        OrderedMap<K, C> map = new OrderedMap<>();
        pairs.forEachRemaining(pair -> addValue(map, pair._1(), StableHash.of(pair._1()), pair._2(), combine));
        return map;
    }

    public static <K, V, C> void addValue(OrderedMap<K, C> map, K key, int hash, V value, Combine<V, C> combine) {
        try {
            int index = map.find(key, hash);
            if (index < 0) {
                map.append(key, hash, combine.create().call(value));
            } else {
                map.setValue(index, BrokenPromise.merged(combine.mergeValue().call(map.value(index), value)));
            }
        } catch (Throwable e) {
            throw UserCode.failed(combine.operator(), e);
        }
    }

    public static <K, C> void addCombined(OrderedMap<K, C> map, K key, int hash, C combined, Combine<?, C> combine) {
        try {
            int index = map.find(key, hash);
            if (index < 0) {
                map.append(key, hash, combined);
            } else {
                map.setValue(
                        index, BrokenPromise.merged(combine.mergeCombiners().call(map.value(index), combined)));
            }
        } catch (Throwable e) {
            throw UserCode.failed(combine.operator(), e);
        }
    }

    /** The entries of a map from which none was removed. */
    public static <K, C> Iterator<Tuple2<K, C>> entries(OrderedMap<K, C> map) {
        return new Iterator<>() {
            private int index;

            @Override
            public boolean hasNext() {
                return index < map.end();
            }

            @Override
            public Tuple2<K, C> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int at = index++;
                return new Tuple2<>(map.key(at), map.value(at));
            }
        };
    }
}
