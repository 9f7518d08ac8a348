/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputRun;
import dev.millrace.spi.TransactionalOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An output may make ready what takes long while a start reads its checkpoint. */
class PreparedOutputTest {
    @TempDir
    Path directory;

    private final List<String> calls = new ArrayList<>();

    /** Notes what it is called for, and whether the checkpoint had been taken by then. */
    private final class Noting implements TransactionalOutput<Integer> {
        @Override
        public void prepare() {
            calls.add(Files.exists(directory.resolve("checkpoint")) ? "prepare, late" : "prepare");
        }

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) {
            calls.add("receipts");
            return List.of();
        }

        @Override
        public void open(OutputRun run) {
            calls.add("open");
        }

        @Override
        public boolean isPublished(OutputBatch batch) {
            return false;
        }

        @Override
        public void write(OutputBatch batch, Iterator<Integer> records) {}

        @Override
        public void retract(OutputBatch batch) {}
    }

    private StreamingContext program() {
        StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[1]"), Duration.ofHours(100_000));
        ssc.checkpoint(directory.resolve("checkpoint").toString());
        Queue<RDD<Integer>> nothing = new ArrayDeque<>();
        ssc.queueStream(nothing).named("numbers").to(new Noting()).named("noted");
        return ssc;
    }

    @Test
    void shouldBePreparedBeforeTheCheckpointIsRead() {
        try (StreamingContext ssc = program()) {
            ssc.start();
        }
        assertThat(calls).startsWith("prepare", "receipts").containsOnlyOnce("prepare", "open");
    }

    @Test
    void shouldPrepareNothingForARehearsalOrInVirtualTime() {
        try (StreamingContext ssc = program()) {
            UpgradePlan.of(ssc);
        }
        try (StreamingContext ssc = program()) {
            ssc.runBatches(1);
        }
        assertThat(calls).contains("receipts", "open").doesNotContain("prepare");
    }
}
