/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Plans, changes and decisions of batches in a journal, folded into snapshots
 * in the background. Data only; formats in docs/formats/checkpoint.md. Plans are written on the driver loop, commits on
 * the batch thread, snapshots on the checkpoint thread.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>Snapshots merge encoded bytes; keys therefore have one encoding each. Entries stand in order of arrival and
 *       are folded in passing; only the journals are looked up in memory, a thousand keys at a time.
 *   <li>Tasks encode what a step changed, in blocks that wait on disk if there is no room, and that are written when
 *       the batch is decided. A reader of a journal notes where the changes of a large batch stand, and reads them when
 *       it finds its decision.
 *   <li>In virtual time snapshots are folded at once on the calling thread, so that runs are equal; else in the
 *       background.
 *   <li>A name that was dropped stays known as such, so that dropping it again is no mistake.
 *   <li>A batch that can never run is decided without input ({@code Skip}). What a replay of it needs is a checkpoint
 *       of its own below {@code skipped/}.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
