/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import java.io.Serializable;

/** A function that makes a double of each record. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface DoubleFunction<T> extends Serializable {
    double call(T value) throws Exception;
}
