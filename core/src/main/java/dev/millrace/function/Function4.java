/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import java.io.Serializable;

/** A function of four arguments. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface Function4<A, B, C, D, R> extends Serializable {
    /** The result for the four arguments. */
    R call(A first, B second, C third, D fourth) throws Exception;
}
