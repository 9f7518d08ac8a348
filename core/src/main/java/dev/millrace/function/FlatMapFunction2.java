/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import java.io.Serializable;
import java.util.Iterator;

/** A function that makes none, one or many records of two arguments. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface FlatMapFunction2<A, B, R> extends Serializable {
    /** The records made of the two arguments, in order; an empty iterator if there are none. */
    Iterator<R> call(A first, B second) throws Exception;
}
