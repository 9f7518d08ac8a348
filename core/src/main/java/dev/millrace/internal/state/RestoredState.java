/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.rdd.Partitioner;

/**
 * A keyed state: keys and values in their order; each goes to the partition that today's partitioner says.
 *
 * @param timed whether keys time out
 * @param entries to be gone through once, because they may be decoded meanwhile
 * @param about how many there are about, to make room for
 */
public record RestoredState(
        String step, Partitioner partitioner, boolean timed, Iterable<StateEntry> entries, long about) {}
