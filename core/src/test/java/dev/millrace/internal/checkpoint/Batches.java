/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Batches of a program that counts: after batch n the state has {@code n} under the key {@code last}, and n mod 7 under n. */
final class Batches {
    static final ValueCodec CODEC = ValueCodec.builtIn();
    static final long SECOND = 1000;

    private Batches() {}

    static Checkpoint open(FileStore store, long snapshotBytes, int retained, boolean takeover) {
        return Checkpoint.open(store, new Checkpoint.Keeping(snapshotBytes, retained), takeover);
    }

    static void begin(Checkpoint checkpoint) throws IOException {
        checkpoint.begin(new BatchTime(0), SECOND, false, List.of());
    }

    static BatchTime time(long batch) {
        return new BatchTime(batch * SECOND);
    }

    static void plan(Checkpoint checkpoint, long batch) throws IOException {
        InputSlice slice = new InputSlice(1, "one", List.of(batch), Map.of("next", batch));
        checkpoint.plan(time(batch), Map.of("in", slice), List.of("out"));
    }

    static void decide(Checkpoint checkpoint, long batch) throws IOException {
        ChangeBlock changes = new ChangeBlock(CODEC);
        changes.put("last", batch);
        changes.put(batch % 7, batch);
        checkpoint.decide(
                time(batch),
                Map.of("counts", List.of(StepChanges.of(List.of(changes.toBytes())))),
                Map.of("out", List.of("part")));
    }

    static void run(Checkpoint checkpoint, long from, long until) throws IOException {
        for (long batch = from; batch < until; batch++) {
            plan(checkpoint, batch);
            checkpoint.syncPlans();
            decide(checkpoint, batch);
            checkpoint.published(time(batch), Map.of("out", 1));
            checkpoint.commit(time(batch));
        }
    }

    /** What a program would find that has applied records to an image. */
    static CheckpointContents contentsOf(CheckpointImage image) {
        return new CheckpointContents(new UUID(0, 0), image, new KnownProgramRuns(image, List.of()), new Receipts());
    }

    /** What stands under {@code last}. */
    static long last(CheckpointContents contents) {
        for (StateEntry entry : contents.step("counts", CODEC)) {
            if ("last".equals(entry.key())) {
                return (long) entry.value();
            }
        }
        return 0;
    }
}
