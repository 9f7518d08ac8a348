/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import dev.millrace.Tuple2;
import java.io.Serializable;

/** A function that makes a key-value pair of each record. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface PairFunction<T, K, V> extends Serializable {
    /** The pair made of {@code value}; not null. */
    Tuple2<K, V> call(T value) throws Exception;
}
