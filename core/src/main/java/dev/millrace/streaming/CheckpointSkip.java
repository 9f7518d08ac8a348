/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.KeptInput;
import dev.millrace.internal.checkpoint.Reading;
import dev.millrace.internal.checkpoint.Skip;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.io.files.FileAnswers;
import dev.millrace.internal.logging.Lines;
import dev.millrace.internal.receive.LoggedRuns;
import dev.millrace.internal.start.LoggedBlocks;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.InputSlice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Passes by a batch that can never run. The batch is decided as one that had no input: the positions of the inputs go past
 * what it took, states do not change, windows have nothing of it, and outputs are not given it. Its plan, the state before it, and
 * what receivers had stored for it are kept until {@link #forget}, so that it can be replayed. Immutable.
 *
 * @param batch the batch, which is the first that is planned and not decided
 * @param inputs what it takes, by the names of the inputs that have something for it
 * @param steps the states and windows of the checkpoint, none of which sees the batch
 * @param outputs the outputs that do not get the batch
 * @param done the outputs without exactly-once delivery that had run before the batch failed; they have got it
 * @param again the batches that are planned behind it, in order; the next start runs them
 */
public record CheckpointSkip(
        BatchTime batch,
        Map<String, Input> inputs,
        List<String> steps,
        List<String> outputs,
        Set<String> done,
        List<BatchTime> again) {

    /**
     * The part of an input that a batch takes.
     *
     * @param description in words, such as the names of files
     * @param records how many records, or -1 if that shows only on reading
     * @param bytes how many bytes of files, or of blocks that the log of received data still has; -1 if nobody knows
     */
    public record Input(String description, long records, long bytes) {}

    /**
     * Rehearses {@link #carryOut}. Changes nothing; a program may use the directory.
     *
     * @throws CheckpointException if it cannot be read, or the batch is not the first that is planned and not decided
     */
    public static CheckpointSkip plan(Path directory, BatchTime batch) {
        FileStore store = new LocalFileStore(directory);
        return of(store, batch, Skip.plan(store, batch));
    }

    /**
     * Skips the batch. It happens in one step: a crash leaves the checkpoint as it was, or without the batch. A roll back to
     * a batch before brings it back.
     *
     * @param reason why, for {@link CheckpointInfo#skipped}; may be empty
     * @throws CheckpointException if a program uses the directory, it cannot be read, or the batch is not the first that is
     *     planned and not decided
     */
    public static CheckpointSkip carryOut(Path directory, BatchTime batch, String reason) {
        return carryOut(new LocalFileStore(directory), batch, reason);
    }

    /** The same of a checkpoint on any file system. */
    public static CheckpointSkip carryOut(FileStore store, BatchTime batch, String reason) {
        CheckpointSkip planned = of(store, batch, Skip.plan(store, batch)); // while the log is as it was
        Skip.carryOut(
                store,
                batch,
                Clock.systemUTC().millis(),
                Lines.one(reason),
                slices -> LoggedBlocks.of(store, slices)::copyTo);
        return planned;
    }

    /** Returns whether what a skipped batch needs to be replayed is kept. Nothing is locked or written. */
    public static boolean isKept(Path directory, BatchTime batch) {
        return KeptInput.has(new LocalFileStore(directory), batch);
    }

    /**
     * Deletes what is kept of a skipped batch. That it was skipped stays known. A program may use the directory.
     *
     * @throws CheckpointException if nothing is kept of the batch, or it cannot be deleted
     */
    public static void forget(Path directory, BatchTime batch) {
        KeptInput.forget(new LocalFileStore(directory), batch);
    }

    private static CheckpointSkip of(FileStore store, BatchTime batch, Skip skip) {
        Map<String, Input> inputs = new TreeMap<>();
        try {
            LoggedRuns logged = LoggedBlocks.of(store, skip.slices());
            skip.slices().forEach((name, slice) -> {
                if (!slice.isEmpty()) {
                    inputs.put(name, input(name, slice, logged));
                }
            });
        } catch (IOException e) {
            throw Reading.failed(store, e);
        }
        return new CheckpointSkip(batch, inputs, skip.steps(), skip.outputs(), skip.done(), skip.again());
    }

    private static Input input(String name, InputSlice slice, LoggedRuns logged) {
        long bytes = LoggedBlocks.isOf(slice) ? logged.bytes(name) : FileAnswers.bytes(slice);
        return new Input(slice.description(), slice.records(), bytes);
    }
}
