/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Plans, changes and decisions of batches in a journal, folded into snapshots
 * in the background. Data only; formats in docs/formats/checkpoint.md. Plans are written on the driver loop, commits on
 * the batch thread, snapshots on the checkpoint thread.
 *
 * <pre>
 *   BatchLog            the calls of a batch and of a start that record something
 *     Checkpoint        writes them as JournalRecords into the journal (a LogWriter), and has Compaction fold that
 *       Compaction      has Snapshots fold closed journals into a snapshot, on a thread of its own
 *   Snapshots           the snapshots of a directory: each a Manifest, which names RunFiles
 *     Journals          the records of a journal, without those of batches that were not decided
 *       CheckpointImage     the sum of a snapshot and the records behind it, while it is read or folded
 *         CheckpointContents  the same as a start, a rehearsal or a command reads it; does not change any more
 *   ReceiptLog, Receipts  what outputs have published, as it is written and as it is read
 * </pre>
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>A snapshot is a manifest that names runs, and snapshots share them: a fold writes what the journals change as new runs, and merges
 *       those that have become many. It merges encoded bytes; keys therefore have one encoding each.
 *   <li>Runs stand in no order that means anything. Each entry has the number of its arrival; a reader that needs the order (of panes, of keys that are
 *       written anew) sorts the places of entries, and tables put themselves in order when they are loaded.
 *   <li>A start reads the bytes of all runs before it relies on one, since it may go on from an older snapshot; a fold does not, since it
 *       reads only what it merges.
 *   <li>Tasks encode what a step changed, in blocks that wait on disk if there is no room, and that are written when
 *       the batch is decided. A reader of a journal notes where the changes of a large batch stand, and reads them when
 *       it finds its decision.
 *   <li>In virtual time snapshots are folded at once on the calling thread, so that runs are equal; else in the
 *       background.
 *   <li>A name that was dropped stays known as such, so that dropping it again is no mistake.
 *   <li>A batch that can never run is decided without input ({@code Skip}). The input for a replay of it is a checkpoint
 *       of its own below {@code skipped/}.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
