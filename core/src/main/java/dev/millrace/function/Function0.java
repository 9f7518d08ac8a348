/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import java.io.Serializable;

/** A function of no argument. Serializable, so that a cluster engine can send it; may throw what it likes. */
@FunctionalInterface
public interface Function0<R> extends Serializable {
    R call() throws Exception;
}
