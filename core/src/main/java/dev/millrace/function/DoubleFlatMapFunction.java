/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import java.io.Serializable;
import java.util.Iterator;

/** A function that makes none, one or many numbers of each record. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface DoubleFlatMapFunction<T> extends Serializable {
    /** The numbers made of {@code value}, in order; an empty iterator if there are none. */
    Iterator<Double> call(T value) throws Exception;
}
