/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import java.util.UUID;

/** A batch as the programs of one checkpoint have it, one after the other. */
final class ProgramBatch {
    static final BatchTime BEFORE_ALL = new BatchTime(-1);
    private static final UUID CHECKPOINT = UUID.fromString("8c0f2f0e-3f0a-4f6e-9a70-0d3c1d1f5a01");

    private static final UUID OTHER = UUID.fromString("f1b6a7f4-52e3-4c37-8a55-4f9d0f6b7c02");

    private ProgramBatch() {}

    /** The batch 1000 ms of the program that was the nth to take the checkpoint. */
    static OutputBatch of(String output, long epoch) {
        return of(output, 1000, epoch);
    }

    static OutputBatch of(String output, long time, long epoch) {
        return new OutputBatch(new BatchTime(time), output, CHECKPOINT, epoch, run(epoch));
    }

    /** A batch with the run of its receipt, as the program that was the nth to take the checkpoint takes it back. */
    static OutputBatch takenBack(OutputBatch receipt, long epoch) {
        return new OutputBatch(receipt.time(), receipt.outputName(), receipt.checkpointId(), epoch, receipt.runId());
    }

    /** A batch of the first program with another checkpoint. */
    static OutputBatch ofAnotherCheckpoint(String output, long time) {
        return new OutputBatch(new BatchTime(time), output, OTHER, 1, new UUID(OTHER.getLeastSignificantBits(), 1));
    }

    /** The run of the program with this epoch. */
    private static UUID run(long epoch) {
        return new UUID(CHECKPOINT.getLeastSignificantBits(), epoch);
    }
}
