/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import dev.millrace.Tuple2;
import java.io.Serializable;
import java.util.Iterator;

/** A function that makes none, one or many key-value pairs of each record. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface PairFlatMapFunction<T, K, V> extends Serializable {
    /** The pairs made of {@code value}, in order; an empty iterator if there are none. */
    Iterator<Tuple2<K, V>> call(T value) throws Exception;
}
