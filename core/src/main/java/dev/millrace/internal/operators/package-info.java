/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The work on records that both engines share: narrow operators as iterators, hash aggregation in order of first
 * arrival and sorting, both beyond memory, and the scope of a running task. A narrow chain is fused because {@code forEachRemaining} of each iterator
 * pushes records through its own function into the next one, without a call of {@code hasNext} between.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>{@code OrderedMap} is our own: insertion order decides the order of results, hashes are computed once a
 *       record, and its slots hold a part of the hash, because waiting for memory is most of what a large table costs.
 * <pre>{@code
 *   table     | 0 | 1 + rest | 0 | 3 + rest | 0 |      a slot: 1 + the index of an entry, and the rest of its mixed hash; 0 is free
 *                    |              |
 *   entries   |   a, A   |  removed  |   c, C   |      the key and the value of index 0, 1, 2, in order of arrival
 *   hashes    |  hash(a) |           |  hash(c) |
 * }</pre>
 *   <li>Keys that are kept are looked up by {@code equals} in tables and by their bytes in files; {@code
 *       OrderedMap.ofKept} refuses those for which the two differ. The maps of a {@code reduceByKey} look at nothing.
 *   <li>An interrupt that a function of the program has left is cleared where the function returns: a cancel sets a
 *       flag too.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.operators;

import org.jspecify.annotations.NullMarked;
