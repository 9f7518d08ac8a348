/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Keyed state. Its step reads the version of the batch before, and writes an {@link dev.millrace.internal.state.Overlay} a
 * task attempt; a {@link dev.millrace.internal.state.StateTable} is one partition of it, and its {@link
 * dev.millrace.internal.state.TouchOrder} knows which keys have been idle longest. {@link
 * dev.millrace.internal.state.HeldStates} says how states stand there, so that a function may change them in place. Both
 * engines run the programs in here.
 */
@NullMarked
package dev.millrace.internal.state;

import org.jspecify.annotations.NullMarked;
