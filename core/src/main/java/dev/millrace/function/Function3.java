/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import java.io.Serializable;

/** A function of three arguments. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface Function3<A, B, C, R> extends Serializable {
    /** The result for the three arguments. */
    R call(A first, B second, C third) throws Exception;
}
