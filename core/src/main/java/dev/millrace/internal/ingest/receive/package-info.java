/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Step 1 of 8 for receivers, before {@code batch}: records become sealed blocks, blocks become durable, and the ledger
 * of a stream says which of them belong to which batch.
 *
 * <pre>
 * Receiver --store--> BlockBuilder --seal--> ReceivedStream --> log (or memory, or scratch) --> durable --> a batch takes it
 *               ReceiverGate makes fast receivers wait; ReceiverSupervisor starts, restarts and stops
 * </pre>
 *
 * Storing happens on the receivers' threads, sealing there, on a timer or on the driver loop; blocks become durable on
 * the log's thread.
 */
@NullMarked
package dev.millrace.internal.ingest.receive;

import org.jspecify.annotations.NullMarked;
