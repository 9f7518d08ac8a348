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

class WindowNameTest {
    /** The name went to the window, and the check of names asked its panes, which nobody could name. */
    @Test
    void shouldKeepPanesUnderTheNameOfTheirWindow(@TempDir Path checkpoint) {
        assertThat(run(checkpoint, 1)).containsExactly(List.of(1));
        assertThat(run(checkpoint, 1)).containsExactly(List.of(1, 2));
    }

    private static List<List<Integer>> run(Path checkpoint, int batches) {
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.seconds(1))) {
            ssc.checkpoint(checkpoint.toString());
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            for (int n = 1; n <= 3; n++) {
                queue.add(ssc.millraceContext().parallelize(List.of(n)));
            }
            List<List<Integer>> seen = new ArrayList<>();
            ssc.queueStream(queue)
                    .named("numbers")
                    .window(Durations.seconds(2))
                    .named("recent")
                    .foreachRDD(rdd -> {
                        seen.add(rdd.collect());
                    });
            ssc.runBatches(batches);
            return seen;
        }
    }
}
