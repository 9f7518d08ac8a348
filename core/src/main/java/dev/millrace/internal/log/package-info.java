/* SPDX-License-Identifier: Apache-2.0 */
/**
 * One segmented log, on which the journal of decisions, the log of received data, and the receipts are built.
 * Records are theirs; here are the frames that hold them, the segments, and the right to write them. docs/formats/log.md.
 *
 * <pre>
 *   LogWriter --append, sync, roll--> segment n-1 | segment n        names: number and epoch
 *                                     frames        frames           header: bytes of n-1 that count, who began where
 *   LogSegments --read--------------> those that count, without what fenced programs have written
 * </pre>
 *
 * An append that was cut off can be told from damage. The same frames make up other files of a checkpoint, such as snapshots.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>A segment tells which of the last runs began where: by names alone it would be forgotten which programs were fenced once the
 *       successor's segments are retired.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.log;

import org.jspecify.annotations.NullMarked;
