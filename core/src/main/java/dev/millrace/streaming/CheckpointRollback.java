/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.Rollback;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.start.LoggedBlocks;
import dev.millrace.spi.FileStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes a checkpoint back to a batch: state, windows and positions are as they were when that batch was complete, and the
 * batches behind it run again at the next start, with the same times and the same input. Before that the outputs take back
 * what these batches had published. What later starts have dropped, or brought into the shape of other types, is as it was before. Immutable.
 *
 * @param to the batch that is the last complete one
 * @param done whether it is the last complete one already and no start has changed anything since, so that there is nothing to do
 * @param again the batches that run again
 * @param takenBack the batches that the next start takes back, by output
 * @param repeated the batches that an output sees twice, by output: those that run again and that it had got before, if it
 *     cannot take back, such as foreachRDD
 * @param refusal why it would be refused now, if it was rehearsed: what the batches that run again took is gone, or a program
 *     runs code that may still publish one of them, as one does that uses the directory; null if nothing stands in the way
 */
public record CheckpointRollback(
        BatchTime to,
        boolean done,
        List<BatchTime> again,
        Map<String, List<BatchTime>> takenBack,
        Map<String, List<BatchTime>> repeated,
        @Nullable String refusal) {

    /**
     * Rehearses {@link #carryOut}. Changes nothing; a program may use the directory.
     *
     * @throws dev.millrace.error.CheckpointException if it cannot be read, or the batch is not complete or not kept any more
     */
    public static CheckpointRollback plan(Path directory, BatchTime to) {
        FileStore store = new LocalFileStore(directory);
        Rollback rollback = Rollback.plan(store, to);
        String refusal = null;
        try {
            rollback.check(store, to, plans -> LoggedBlocks.check(store, plans));
        } catch (CheckpointException e) {
            refusal = e.getMessage();
        }
        return of(rollback, to, refusal);
    }

    /**
     * Takes the checkpoint back. It happens in one step: a crash leaves the checkpoint as it was, or taken back. A batch
     * before {@code to} can still be gone back to. What is kept of batches behind it that were skipped is deleted: they run
     * again.
     *
     * @throws dev.millrace.error.CheckpointException if a program uses the directory, it cannot be read, the batch is not
     *     complete or not kept any more, what receivers had stored for the batches behind it is not kept any more, or a
     *     program that no longer has the checkpoint runs code that may still publish one of these batches
     */
    public static CheckpointRollback carryOut(Path directory, BatchTime to) {
        FileStore store = new LocalFileStore(directory);
        return of(Rollback.carryOut(store, to, plans -> LoggedBlocks.check(store, plans)), to, null);
    }

    private static CheckpointRollback of(Rollback rollback, BatchTime to, @Nullable String refusal) {
        return new CheckpointRollback(
                to,
                rollback.isDone(),
                List.copyOf(rollback.plans().keySet()),
                rollback.retractions(),
                rollback.repeated(),
                refusal);
    }
}
