/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Records in the checkpoint how far a batch is; the calls stand in the order in which a batch makes them. {@link Checkpoint} implements it, and
 * {@link #NONE} where there is no checkpoint directory.
 */
public interface BatchLog extends AutoCloseable {
    /** The identity of the writer; everything that outputs stage bears it. */
    CheckpointIdentity identity();

    /** Records the input that a batch takes. Driver loop. */
    void plan(BatchTime time, Map<String, InputSlice> slices, List<String> outputs) throws IOException;

    /**
     * Returns when the plans so far are durable; called before anything of a batch becomes visible or is staged outside of the decision. Without it
     * the decision makes the plan durable. Batch thread, and tasks.
     */
    void syncPlans() throws IOException;

    /** Returns whether an output of a batch that is run again has run before. */
    boolean isDone(BatchTime time, String output);

    /** Records that an output without exactly-once delivery has run. */
    void done(BatchTime time, String output) throws IOException;

    /**
     * Records the decision on a batch: from here on it is never run again. That is durable on return, before anything is visible, so recovery never
     * stages a batch anew that readers may have seen. If it throws, the batch may be decided or not.
     */
    void decide(BatchTime time, Map<String, List<StepChanges>> changes, Map<String, List<String>> staged)
            throws IOException;

    /**
     * Begins to publish a decided batch. Until that is closed no roll back passes the batch, also if this is revoked or closed
     * meanwhile.
     *
     * @throws dev.millrace.error.CheckpointException if it was revoked or closed before
     */
    Ownership.Publication publication();

    /**
     * Writes receipts: the staged parts of these outputs are visible. Durable on return.
     *
     * @param parts how many, by output
     */
    void published(BatchTime time, Map<String, Integer> parts) throws IOException;

    /** Notes that an output keeps its receipts itself, in this place from now on. Durable on return. */
    void receiptsAt(String output, String place) throws IOException;

    /** Records that an output has taken back a batch that was rolled back. Durable on return. */
    void retracted(BatchTime time, String output) throws IOException;

    /** Records that all outputs of the batch are visible. It is durable with the next plan. */
    void commit(BatchTime time) throws IOException;

    /**
     * Throws if another program has taken the checkpoint, because then that is why something failed here: the other program may have
     * deleted what this one was about to read.
     *
     * @param failure what has failed; it is suppressed by the exception
     * @throws dev.millrace.error.CheckpointException if another program has the checkpoint
     */
    void checkAfter(Throwable failure);

    /**
     * From now on this program decides, records and publishes nothing any more, and another may take the checkpoint at once.
     * Waits for nothing; any thread.
     */
    void revoke();

    @Override
    void close() throws IOException;

    /** Keeps nothing. */
    BatchLog NONE = new Nothing();

    /** Keeps nothing of a run that only repeats a batch. */
    BatchLog REPLAY = new Nothing();

    /** Keeps nothing. */
    final class Nothing implements BatchLog {
        private Nothing() {}

        @Override
        public CheckpointIdentity identity() {
            return CheckpointIdentity.NONE;
        }

        @Override
        public void plan(BatchTime time, Map<String, InputSlice> slices, List<String> outputs) {}

        @Override
        public void syncPlans() {}

        @Override
        public boolean isDone(BatchTime time, String output) {
            return false;
        }

        @Override
        public void done(BatchTime time, String output) {}

        @Override
        public void decide(BatchTime time, Map<String, List<StepChanges>> changes, Map<String, List<String>> staged) {}

        @Override
        public Ownership.Publication publication() {
            return () -> {};
        }

        @Override
        public void published(BatchTime time, Map<String, Integer> parts) {}

        @Override
        public void receiptsAt(String output, String place) {}

        @Override
        public void retracted(BatchTime time, String output) {}

        @Override
        public void commit(BatchTime time) {}

        @Override
        public void checkAfter(Throwable failure) {}

        @Override
        public void revoke() {}

        @Override
        public void close() {}
    }
}
