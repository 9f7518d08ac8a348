/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Materialise steps: state, window panes, and windows made of panes. A step runs once a batch over all partitions. State
 * reads the version of the batch before, and writes an {@link dev.millrace.internal.materialise.Overlay} a task attempt; a
 * {@link dev.millrace.internal.materialise.StateTable} is one partition of it, and its {@link
 * dev.millrace.internal.materialise.TouchOrder} knows which keys have been idle longest. {@link
 * dev.millrace.internal.materialise.HeldStates} says how states stand there, so that a function may change them in place. Windows are changed in place, and
 * built again from their panes when anything failed. Both engines run the programs in here.
 */
@NullMarked
package dev.millrace.internal.materialise;

import org.jspecify.annotations.NullMarked;
