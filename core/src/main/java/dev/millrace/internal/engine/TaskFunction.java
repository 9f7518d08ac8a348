/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import java.io.Serializable;
import java.util.Iterator;

/** The part of an action that goes through the records of one partition. It runs in a task, perhaps on another machine. */
@FunctionalInterface
public interface TaskFunction<T, R> extends Serializable {
    /** The result for one partition; the records can be gone through once. */
    R apply(Iterator<T> records) throws Exception;
}
