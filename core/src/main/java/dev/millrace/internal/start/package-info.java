/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Opens a program: {@code ProgramStarter} checks it, claims its context and its checkpoint, and puts together what runs its batches. What the
 * checkpoint holds is compared with the program, that gives a {@code StartPlan}, and {@code Start.apply} carries it out. A rehearsal prints the
 * same plan, and a replay checks by it. Making a plan only reads. On the thread that starts.
 */
@NullMarked
package dev.millrace.internal.start;

import org.jspecify.annotations.NullMarked;
