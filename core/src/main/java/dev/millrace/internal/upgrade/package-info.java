/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Between {@code checkpoint} and {@code batch}: what becomes of a checkpoint when a program starts on it. A start follows
 * the plan that is made here, and a rehearsal prints it. On the thread that starts.
 */
@NullMarked
package dev.millrace.internal.upgrade;

import org.jspecify.annotations.NullMarked;
