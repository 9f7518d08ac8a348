/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Keyed state. Its step reads the version of the batch before, and writes an {@link dev.millrace.internal.state.Overlay} a
 * task attempt; a {@link dev.millrace.internal.state.StateTable} is one partition of it, and its {@link
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
 *   <li>An overlay remembers where its keys stand in the table: waiting for memory is most of what a large state
 *       costs.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.state;

import org.jspecify.annotations.NullMarked;
