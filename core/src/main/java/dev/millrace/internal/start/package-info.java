/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Opens a program: {@code ProgramStarter} checks it, claims its context and its checkpoint, and puts together what runs its batches. {@code StartPlanner}
 * compares the contents of the checkpoint with the program and gives a {@code StartPlan}, and {@code Start.apply} carries that out. A rehearsal prints the
 * same plan, and a replay checks by it. Making a plan only reads. On the thread that starts.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>A start reads the journals as compaction does, with what is too much for memory in files between. It decodes no
 *       entry of a state, unless types have changed or the state is small. The records of a window are decoded one after
 *       the other ({@code PaneByPane}): what finds no room spills as it comes.
 *   <li>{@code EncodedTypes} refuses what functions and classes tell; types that they leave open wait for a record.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.start;

import org.jspecify.annotations.NullMarked;
