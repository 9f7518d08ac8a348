/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Step 7 of 8, between {@code commit} and {@code retire}: plans, changes and commits in a journal, folded into snapshots
 * in the background. Data only; formats in docs/formats/checkpoint.md. Plans are written on the driver loop, commits on
 * the batch thread, snapshots on the checkpoint thread.
 */
@NullMarked
package dev.millrace.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
