/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that a released version wrote can be read for ever. */
class GoldenCheckpointTest {
    enum Level {
        LOW,
        HIGH
    }

    record Seen(long count, Level level, List<String> words) {}

    private static final int BATCHES = 12;

    private static List<Map<String, Seen>> run(Path directory, int batches) {
        List<Map<String, Seen>> states = new ArrayList<>();
        MillraceConf conf = new MillraceConf().set("millrace.streaming.checkpoint.snapshotBytes", "4k");
        try (StreamingContext ssc = Programs.local(conf)) {
            ssc.checkpoint(directory.toString());
            List<List<String>> input = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                input.add(List.of("a" + i, "b" + i % 2, "c"));
            }
            Programs.batches(ssc, (Iterable<List<String>>) input)
                    .named("words")
                    .window(Durations.seconds(2))
                    .named("recent")
                    .mapToPair(word -> Tuple2.of(word.substring(0, 1), word))
                    .updateStateByKey(StateType.of("seen", Seen.class), GoldenCheckpointTest::update)
                    .foreachRDD(rdd -> {
                        states.add(rdd.collectAsMap());
                    });
            ssc.runBatches(batches);
        }
        return states;
    }

    private static Optional<Seen> update(List<String> words, Optional<Seen> before) {
        long count = before.map(Seen::count).orElse(0L) + words.size();
        return Optional.of(new Seen(count, count > 10 ? Level.HIGH : Level.LOW, words));
    }

    @Test
    void shouldGoOnFromACheckpointOfVersionOne(@TempDir Path directory) throws IOException {
        copy(Path.of("src/test/resources/golden/checkpoint-runs-v1"), directory.resolve("golden"));
        List<Map<String, Seen>> then = run(directory.resolve("golden"), 1);
        List<Map<String, Seen>> whole = run(directory.resolve("fresh"), BATCHES + 1);
        assertThat(then).containsExactly(whole.get(BATCHES));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    /** Made the golden checkpoint; not to be run again for version 1. */
    public static void main(String[] args) {
        run(Path.of(args[0]), BATCHES);
    }
}
