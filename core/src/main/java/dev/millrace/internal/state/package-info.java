/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Keyed state. Its step reads the version of the batch before, and writes an {@link dev.millrace.internal.state.Overlay} a
 * task attempt. Programs see a {@link dev.millrace.internal.state.StateBase} and ask it for the keys of some records together
 * ({@link dev.millrace.internal.state.RecordsAhead}); a {@link dev.millrace.internal.state.StateTable} is one in memory, and its {@link
 * dev.millrace.internal.state.TouchOrder} knows which keys have been idle longest. {@link
 * dev.millrace.internal.state.HeldStates} says how states stand there, so that a function may change them in place. Both
 * engines run the programs in here.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>A step of a state leaves two things: its contents, and what its program mapped; the latter ends with the
 *       batch.
 *   <li>{@code updateStateByKey} does not log states that are what they were, in each part, whatever their type calls
 *       equal.
 *   <li>A state that is not known to be immutable stands in its table as bytes, and each call and each reader has a
 *       copy. So a function may change it in place, and a task that is tried again begins with what the batch before
 *       left.
 *   <li>On disk, a place is the number of the arrival of a key, so all that is read whole is sorted by it.
 *   <li>What falls due on disk is found by lists of keys by their last touch, one for each run. A key that was touched since stands there
 *       all the same, and is passed over when it is looked up; merging runs drops it.
 *   <li>After a start the partitions of a large state {@linkplain dev.millrace.internal.state.SharedRuns share} the files of the
 *       checkpoint. Nobody looks whether a key that is found there belongs to the partition, because nobody asks for others.
 *   <li>An overlay remembers where its keys stand in the table, and keys and states are read before they are needed, many at
 *       once and without using them: waiting for memory is most of what a large state costs.
 *   <li>A record that cannot be read or looked up fails only when the function has been called for those before it.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.state;

import org.jspecify.annotations.NullMarked;
