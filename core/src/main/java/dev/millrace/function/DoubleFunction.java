/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import java.io.Serializable;

/** A function that makes a number of each record. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface DoubleFunction<T> extends Serializable {
    /** The number made of {@code value}. */
    double call(T value) throws Exception;
}
