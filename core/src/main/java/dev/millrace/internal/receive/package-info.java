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
 */
@NullMarked
package dev.millrace.internal.receive;

import org.jspecify.annotations.NullMarked;
