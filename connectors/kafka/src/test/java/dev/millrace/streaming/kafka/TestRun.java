/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.CheckpointException;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputPart;
import dev.millrace.spi.OutputRun;
import dev.millrace.streaming.BatchTime;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A run of a program, which may be taken over. */
final class TestRun implements OutputRun {
    private final UUID checkpoint;
    private final long epoch;
    private final @Nullable String place;
    private volatile boolean takenOver;

    private TestRun(UUID checkpoint, long epoch, @Nullable String place) {
        this.checkpoint = checkpoint;
        this.epoch = epoch;
        this.place = place;
    }

    static TestRun first() {
        return new TestRun(UUID.randomUUID(), 1, null);
    }

    /** The run of the next program with the checkpoint, to which an output has said where its receipts are. */
    TestRun next(String placeNow) {
        return new TestRun(checkpoint, epoch + 1, placeNow);
    }

    /** From now on this program does not have the checkpoint any more. */
    void takeOver() {
        takenOver = true;
    }

    OutputPart part(long time, int number, int of) {
        return new OutputPart(
                new OutputBatch(new BatchTime(time), outputName(), checkpoint, 1, new UUID(0, 1)), number, of);
    }

    @Override
    public String outputName() {
        return "totals";
    }

    @Override
    public UUID checkpointId() {
        return checkpoint;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public UUID runId() {
        return new UUID(0, epoch);
    }

    @Override
    public Optional<String> place() {
        return Optional.ofNullable(place);
    }

    @Override
    public void checkOwner() {
        if (takenOver) {
            throw new CheckpointException("the checkpoint was taken over");
        }
    }
}
