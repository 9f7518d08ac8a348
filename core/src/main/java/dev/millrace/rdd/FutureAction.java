/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import java.util.List;
import java.util.concurrent.Future;

/**
 * An action that runs beside the program. {@code get} waits for its result and throws what it failed with as the cause of an {@code
 * ExecutionException}; {@code cancel} ends its jobs, whether it says that they may be interrupted or not. Safe for use by several threads.
 *
 * @param <T> the type of the result
 */
public interface FutureAction<T> extends Future<T> {
    /** The numbers of the jobs that it has begun so far, in order. */
    List<Integer> jobIds();
}
