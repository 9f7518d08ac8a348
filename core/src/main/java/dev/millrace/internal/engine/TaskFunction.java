/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import java.io.Serializable;
import java.util.Iterator;

/** What an action does with the records of one partition; runs in a task, perhaps on another machine. */
@FunctionalInterface
public interface TaskFunction<T, R> extends Serializable {
    /** The result for one partition; the records can be gone through once. */
    R apply(Iterator<T> records) throws Exception;
}
