/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A start on a checkpoint, between {@code checkpoint} and {@code batch}: what is found is compared with the program, that gives a
 * plan, and {@code Start.apply} carries it out. A rehearsal prints the same plan, and a replay checks by it. Making a plan only
 * reads. On the thread that starts.
 */
@NullMarked
package dev.millrace.internal.start;

import org.jspecify.annotations.NullMarked;
