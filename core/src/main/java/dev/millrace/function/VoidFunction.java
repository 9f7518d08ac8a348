/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import java.io.Serializable;

/** An action on one value. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface VoidFunction<T> extends Serializable {
    /** Acts on {@code value}. */
    void call(T value) throws Exception;
}
