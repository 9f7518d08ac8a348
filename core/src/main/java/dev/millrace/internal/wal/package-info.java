/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The write-ahead log of received data: what a receiver was told is durable is here until its batches are committed. Part
 * of step 1 of 8 of a batch's path; step 8 retires it. All writes are on the thread {@code millrace-wal}, never on a
 * receiver's, which a program may interrupt.
 *
 * <pre>
 *   receivers --append--> AppendQueue --a group at a time--> BlockWriter --append, sync--> log
 *       ^                                                        |
 *       +------------------- LogPlace, when durable -------------+
 * </pre>
 */
@NullMarked
package dev.millrace.internal.wal;

import org.jspecify.annotations.NullMarked;
