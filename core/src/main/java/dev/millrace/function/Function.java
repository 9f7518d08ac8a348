/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import java.io.Serializable;

/** A function of one argument. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface Function<T, R> extends Serializable {
    /** The result for {@code value}; called once a record and attempt, on a task's thread. */
    R call(T value) throws Exception;
}
