/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.util.Iterator;

/**
 * An output into a store with transactions: the rows of a batch and a receipt that names the batch go into one
 * transaction, so that the store itself says what it has. Tasks keep their rows aside, encoded; the batch is decided
 * together with the state of the program; then the rows are written here. Recovery does that without running the
 * program's code again, so rows and state agree for every program, also for one that reads a clock.
 *
 * <p>The type of the rows must be built in or declared, see {@link dev.millrace.MillraceConf#registerTypes}. All methods
 * are called in the driver process, on one thread at a time, batches in order; an implementation need not be
 * serializable. A {@link PartedOutput} writes a batch by several threads.
 *
 * <p>Nobody but this output has the receipts, so that a checkpoint which was restored from a backup cannot hide from it what it had
 * published since; a start compares the two by {@link #receipts}.
 *
 * <pre>{@code
 * CREATE TABLE receipts (output VARCHAR(200), batch BIGINT, checkpoint UUID, run UUID, epoch BIGINT,
 *     PRIMARY KEY (output, batch, checkpoint, run))
 * }</pre>
 *
 * @param <T> the type of the records
 */
public non-sealed interface TransactionalOutput<T> extends Output<T> {
    /**
     * A start has begun, and will ask for {@link #receipts} and {@link #open} this when it has read its checkpoint. What takes long the first time, such
     * as a connection, may be tried meanwhile on a thread of its own, so this returns at once. What goes wrong there is not told: the start meets
     * it again. Nothing else may follow, since the start may be refused; so nothing that was made ready is to be left open. Not called for a
     * rehearsal or a replay.
     */
    default void prepare() {}

    /**
     * Begins a run. Called once at each start that is not refused, when this program has the checkpoint, and before anything is taken
     * back or written; not called for a rehearsal or a replay. If it throws, the start fails, and {@link #close} is called.
     */
    default void open(OutputRun run) throws Exception {}

    /**
     * Returns whether a stop may interrupt the thread of a start that is in {@link #receipts} or {@link #open}, because this output may wait there
     * for a store that is away. The start ends then, and nothing is published or taken back. By default a stop waits for the start, until its deadline.
     */
    default boolean isInterruptible() {
        return false;
    }

    /** Ends a run; what it has in hand may be closed. Nothing is called any more, but perhaps {@link #open} for another run. */
    default void close() throws Exception {}

    /**
     * Returns whether the store has the receipt of {@code batch}: one with the same output, time, checkpoint and run. Another
     * run's batch of the same time is another batch.
     */
    boolean isPublished(OutputBatch batch) throws Exception;

    /**
     * Writes the rows of a batch and its receipt in one transaction. Called only when {@link #isPublished} said no; not
     * called for a batch without rows. If it throws, {@link #isPublished} is asked once more: the answer to a commit may be
     * lost, or another process was faster. If that says no, nothing of the batch may be visible; the line stops, and the
     * next start asks and writes again. A second writer, such as a process that was thought dead, must fail on the receipt: its
     * key is unique.
     *
     * @param batch as it was when its rows were set aside, whichever program writes them
     * @param records the rows of all partitions, in order; they are read from disk while it is consumed
     */
    void write(OutputBatch batch, Iterator<T> records) throws Exception;
}
