/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import java.io.Serializable;

/** An action on two values. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface VoidFunction2<A, B> extends Serializable {
    /** Acts on both arguments. */
    void call(A first, B second) throws Exception;
}
