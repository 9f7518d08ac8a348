/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedWindowTest {
    @TempDir
    private Path checkpoint;

    @Test
    void shouldKeepItsPanesUnderItsNameWhenTheProgramHasACheckpoint() {
        assertThat(run(2)).containsExactly(List.of(0), List.of(0, 1));
        assertThat(run(1)).containsExactly(List.of(1, 2));
    }

    private List<List<Integer>> run(int batches) {
        List<List<Integer>> windows = new ArrayList<>();
        try (StreamingContext streaming =
                new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.seconds(1))) {
            streaming.checkpoint(checkpoint.toString());
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            for (int i = 0; i < 3; i++) {
                queue.add(streaming.millraceContext().parallelize(List.of(i)));
            }
            streaming
                    .queueStream(queue)
                    .named("numbers")
                    .window(Durations.seconds(2))
                    .named("last-two")
                    .foreachRDD("windows", rdd -> windows.add(rdd.collect()));
            streaming.runBatches(batches);
        }
        return windows;
    }
}
