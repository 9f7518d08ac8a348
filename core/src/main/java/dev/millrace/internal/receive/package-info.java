/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Receivers: their records become sealed blocks, blocks become durable in the write-ahead log, and the ledger of a stream says which of them
 * belong to which batch.
 *
 * <pre>
 * Receiver --store--> BlockBuilder --seal--> ReceivedStream --> log (or memory, or scratch) --> durable --> a batch takes it
 *               ReceiverGate makes fast receivers wait; ReceiverSupervisor starts, restarts and stops
 *
 * streams --append--> AppendQueue --a group at a time--> BlockWriter --append, sync--> segments of the log
 *    ^                                                       |
 *    +------------------- LogPlace, when durable ------------+
 * </pre>
 *
 * Storing happens on the receivers' threads, sealing there, on a timer or on the driver loop. All writes to the log are on the thread
 * {@code millrace-wal}, never on a receiver's, which a program may interrupt. The log keeps a block until its batches are committed.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>Counting the lines of a socket reads none: the receiver counted them. Under the policies fail and quarantine
 *       they are read.
 *   <li>A receiver may store until its {@code onStop} has returned. Batches go on meanwhile, and when none comes any
 *       more the log has room.
 *   <li>The newest segment of the log is never deleted, so block numbers are never used twice.
 *   <li>One failed write ends logging for all receivers: the line stops, and a restart begins at what is durable.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.receive;

import org.jspecify.annotations.NullMarked;
