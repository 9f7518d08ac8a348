/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import java.io.Serializable;
import java.util.Iterator;

/** A function that makes none, one or many records of each record. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface FlatMapFunction<T, R> extends Serializable {
    Iterator<R> call(T value) throws Exception;
}
