/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import java.io.Serializable;

/** A function of two arguments. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface Function2<A, B, R> extends Serializable {
    /** The result for both arguments, neither of which may be changed unless the operation says so. */
    R call(A first, B second) throws Exception;
}
