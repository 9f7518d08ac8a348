/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a start finds out from the receipts in a checkpoint: whether the other files are all there, and of the same copy. */
final class OwnReceipts {
    private OwnReceipts() {}

    /** A receipt is written when the decision of its batch is durable, so one that comes alone tells of a loss. */
    static void checkNothingLost(
            FileStore store, CheckpointImage image, @Nullable EpochFile lastJournal, Receipts receipts) {
        Map.Entry<Long, Set<String>> lost =
                image.undecided(receipts.publishedAfter(image.lastDecided)).firstEntry();
        if (lost != null) {
            String where = lastJournal == null
                    ? "there is no journal"
                    : Journals.path(lastJournal) + ", the last journal, has lost its end, or one behind it is gone";
            String rollback = image.lastDecided == Long.MIN_VALUE
                    ? "start with a new directory"
                    : "take back what was published, and run it again with what the inputs then have: millrace checkpoint"
                            + " rollback " + store.location() + " --to " + image.lastDecided;
            throw new CheckpointException("the checkpoint " + store.location() + " does not know that it decided batch "
                    + new BatchTime(lost.getKey()) + ", which the outputs " + lost.getValue() + " have published: "
                    + where
                    + "; " + FrameReader.RESTORE + ", or " + rollback);
        }
    }

    /** Two copies of a checkpoint that both went on have the same id; their runs tell their files apart. */
    static void checkRun(FileStore store, @Nullable CheckpointIdentity unknown) {
        if (unknown != null) {
            throw new CheckpointException("the checkpoint " + store.location() + " has receipts from the run "
                    + unknown.runId()
                    + ", which is not in the past of this copy: the directory receipts is"
                    + " that of another copy of the checkpoint; put back the one that belongs to the other files here, or"
                    + " restore the whole directory from one copy");
        }
    }
}
