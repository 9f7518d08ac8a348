/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Plans, changes and decisions of batches in a journal, folded into snapshots
 * in the background. Data only; formats in docs/formats/checkpoint.md. Plans are written on the driver loop, commits on
 * the batch thread, snapshots on the checkpoint thread.
 */
@NullMarked
package dev.millrace.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
