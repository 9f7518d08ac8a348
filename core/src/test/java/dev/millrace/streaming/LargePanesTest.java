/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.BatchFailedException;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.state.StateEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Panes that stand in the checkpoint in several pieces a partition. */
class LargePanesTest {
    private static final int BATCHES = 6;

    @TempDir
    private Path directory;

    /** Batch n has n records of a hundred kilobytes in each of two partitions, and the first none at all. */
    private static List<String> batch(int number) {
        return IntStream.range(0, 2 * number)
                .mapToObj(i -> number + "." + i + "x".repeat(100_000))
                .toList();
    }

    private List<List<String>> run(String budget, int batches) {
        try (StreamingContext ssc = Programs.local(new MillraceConf().set("millrace.memory.budget", budget))) {
            ssc.checkpoint(directory.toString());
            List<List<String>> input =
                    IntStream.range(0, BATCHES).mapToObj(LargePanesTest::batch).toList();
            List<List<String>> seen = Programs.collected(Programs.batches(ssc, (Iterable<List<String>>) input)
                    .named("in")
                    .window(Durations.seconds(2))
                    .named("recent"));
            ssc.runBatches(batches);
            return seen;
        }
    }

    private static List<String> window(int newest) {
        List<String> window = new ArrayList<>(newest == 0 ? List.of() : batch(newest - 1));
        window.addAll(batch(newest));
        return window;
    }

    private List<List<Object>> keys() {
        List<List<Object>> keys = new ArrayList<>();
        for (StateEntry entry : Checkpoint.peek(new LocalFileStore(directory)).step("recent", ValueCodec.builtIn())) {
            keys.add(List.copyOf((List<?>) entry.key()));
        }
        return keys;
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "64m"})
    void shouldComeBackInOrderAndGoAsAWhole(String budget) {
        assertThat(run(budget, 4)).containsExactly(window(0), window(1), window(2), window(3));
        assertThat(keys())
                .containsExactly(
                        List.of(3000L, 0, 0), List.of(3000L, 1, 0), List.of(4000L, 0, 0), List.of(4000L, 1, 0));
        assertThat(run(budget, 2)).containsExactly(window(4), window(5));
        assertThat(keys())
                .containsExactly(
                        List.of(5000L, 0, 0),
                        List.of(5000L, 0, 1),
                        List.of(5000L, 1, 0),
                        List.of(5000L, 1, 1),
                        List.of(6000L, 0, 0),
                        List.of(6000L, 0, 1),
                        List.of(6000L, 1, 0),
                        List.of(6000L, 1, 1));
        assertThat(run(budget, 3)).last().isEqualTo(List.of()); // the pieces of restored panes are counted, and go
        assertThat(keys()).isEmpty(); // the queue has ended, so that batches have no partitions
    }

    private record Unknown(int number) {}

    /** That is found in a task, before any output has run. */
    @Test
    void shouldNameTheWindowWhoseRecordsCannotBeEncoded() {
        List<Object> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local()) {
            ssc.checkpoint(directory.toString());
            DStream<Object> in =
                    Programs.batches(ssc, List.of(1)).named("in").map(Unknown::new); // of any type, for all it says
            in.foreachRDD("first", rdd -> {
                seen.addAll(rdd.collect());
            });
            in.window(Durations.seconds(2)).named("recent").foreachRDD("second", rdd -> {});
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageMatching(
                            "(?s)batch 1000 ms failed: task 1 of window at LargePanesTest.java:\\d+ failed once:"
                                    + " what window at LargePanesTest.java:\\d+ keeps cannot be written: a value of type"
                                    + " dev.millrace.streaming.LargePanesTest.Unknown cannot be stored or sent: the type is not"
                                    + " declared; declare it: registerTypes\\(Unknown.class\\).*");
        }
        assertThat(seen).isEmpty();
    }
}
