/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that ends and starts again goes on as if it had never ended. */
class RestartTest {
    record Total(long count, String last) {}

    @TempDir
    Path directory;

    private List<List<Tuple2<String, Total>>> run(int partitions, int batches) {
        List<List<Tuple2<String, Total>>> seen = new ArrayList<>();
        MillraceConf conf = new MillraceConf()
                .setMaster("local[" + partitions + "]")
                .set("millrace.streaming.checkpoint.snapshotBytes", "2k");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            program(ssc, seen);
            ssc.runBatches(batches);
        }
        return seen;
    }

    private void program(StreamingContext ssc, List<List<Tuple2<String, Total>>> seen) {
        List<List<String>> input = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            input.add(List.of("k" + i % 7, "k" + i % 3, "n" + i));
        }
        PairDStream<String, Total> totals = Programs.batches(ssc, (Iterable<List<String>>) input)
                .named("input")
                .window(Durations.seconds(3))
                .named("recent")
                .mapToPair(word -> Tuple2.of(word.substring(0, 1), word))
                .updateStateByKey(
                        StateType.of("totals", Total.class),
                        (values, state) -> values.isEmpty()
                                ? state
                                : Optional.of(new Total(
                                        state.map(Total::count).orElse(0L) + values.size(),
                                        values.get(values.size() - 1))));
        totals.foreachRDD(rdd -> {
            seen.add(rdd.collect());
        });
        totals.to(StreamingContext.textFiles(directory.resolve("out").toString()))
                .named("out");
    }

    @Test
    void shouldGoOnWhereItWasLeft() throws Exception {
        List<List<Tuple2<String, Total>>> whole = run(2, 40);
        TreeMap<String, String> wholeFiles = files();
        assertThat(wholeFiles).hasSizeGreaterThan(40);
        deleteAll();
        List<List<Tuple2<String, Total>>> pieces = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            pieces.addAll(run(2, 5));
        }
        assertThat(pieces).isEqualTo(whole);
        assertThat(files()).isEqualTo(wholeFiles);
        assertThat(directory.resolve("checkpoint/snapshots")).isNotEmptyDirectory();
    }

    @Test
    void shouldGoOnWithAnotherNumberOfPartitions() {
        List<List<Tuple2<String, Total>>> first = run(2, 5);
        List<List<Tuple2<String, Total>>> then = run(3, 1);
        assertThat(then.get(0)).hasSameSizeAs(first.get(4));
        assertThat(then.get(0).stream().mapToLong(entry -> entry._2().count()).sum())
                .isGreaterThan(first.get(4).stream()
                        .mapToLong(entry -> entry._2().count())
                        .sum());
    }

    @Test
    void shouldRunAFailedBatchAgain() {
        boolean[] fail = {true};
        List<Integer> seen = new ArrayList<>();
        try (StreamingContext ssc = failing(fail, seen)) {
            assertThatThrownBy(() -> ssc.runBatches(3)).isInstanceOf(BatchFailedException.class);
        }
        fail[0] = false;
        try (StreamingContext ssc = failing(fail, seen)) {
            ssc.runBatches(1);
            assertThat(ssc.lastBatchTime()).contains(BatchTime.of(3000));
        }
        assertThat(seen).containsExactly(1, 2, 3);
    }

    private StreamingContext failing(boolean[] fail, List<Integer> seen) {
        StreamingContext ssc = Programs.local();
        ssc.checkpoint(directory.toString());
        Programs.batches(ssc, List.of(1), List.of(2), List.of(3)).named("input").foreachRDD(rdd -> {
            if (fail[0] && rdd.first() == 2) {
                throw new IllegalStateException("not yet");
            }
            seen.addAll(rdd.collect());
        });
        return ssc;
    }

    @Test
    void shouldRefuseACheckpointWithStateThatNobodyHas() {
        run(2, 2);
        try (StreamingContext ssc = Programs.local()) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            Programs.batches(ssc, List.of("a")).named("input").foreachRDD(rdd -> {});
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("This program cannot start on the checkpoint " + directory.resolve("checkpoint") + ":\n"
                            + "  - the checkpoint has the window recent (6 records of 2 batches), and no operator of the"
                            + " program has this name; write .named(\"recent\") on the operator that it belongs to, or"
                            + " drop it: conf.set(\"millrace.streaming.checkpoint.dropOrphans\", \"recent,totals\")\n"
                            + "  - the checkpoint has the state totals (2 keys), and no operator of the program has this"
                            + " name; write StateType.of(\"totals\", ...) on the operator that it belongs to, or drop it:"
                            + " conf.set(\"millrace.streaming.checkpoint.dropOrphans\", \"recent,totals\")");
        }
    }

    @Test
    void shouldRefuseAnotherShapeWhenNamesAreDerived() {
        for (int extra = 0; extra < 2; extra++) {
            MillraceConf conf = new MillraceConf().set("millrace.streaming.names", "derived");
            try (StreamingContext ssc = Programs.local(conf)) {
                ssc.checkpoint(directory.toString());
                DStream<Integer> numbers = Programs.batches(ssc, List.of(1), List.of(2));
                (extra == 0 ? numbers : numbers.map(n -> n))
                        .window(Durations.seconds(2))
                        .foreachRDD(rdd -> {});
                if (extra == 0) {
                    ssc.runBatches(1);
                } else {
                    assertThatThrownBy(() -> ssc.runBatches(1))
                            .isInstanceOf(CheckpointException.class)
                            .hasMessageContaining("made with derived names by a program of another shape");
                }
            }
        }
    }

    @Test
    void shouldRefuseValuesOfUndeclaredTypes() {
        record Undeclared(int n) {}
        try (StreamingContext ssc = Programs.local()) {
            ssc.checkpoint(directory.toString());
            Programs.batches(ssc, List.of(new Undeclared(1)))
                    .named("input")
                    .window(Durations.seconds(2))
                    .named("recent")
                    .foreachRDD(rdd -> {});
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageContaining("declare it: registerTypes(Undeclared.class)")
                    .hasRootCauseInstanceOf(CodecException.class);
        }
    }

    private StreamingContext named(String input, long interval) {
        StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.milliseconds(interval));
        ssc.checkpoint(directory.toString());
        Programs.batches(ssc, List.of(1), List.of(2)).named(input).foreachRDD(rdd -> {});
        return ssc;
    }

    @Test
    void shouldRefuseAnotherInputAndASecondOwner() {
        try (StreamingContext ssc = named("input", 1000)) {
            ssc.runBatches(1);
            try (StreamingContext second = named("input", 1000)) {
                assertThatThrownBy(() -> second.runBatches(1))
                        .isInstanceOf(CheckpointException.class)
                        .hasMessageStartingWith("the checkpoint " + directory + " is in use by the context \"millrace\""
                                + " of this process since ")
                        .hasMessageEndingWith("; stop it, or take the checkpoint from it with"
                                + " millrace.streaming.checkpoint.takeover=true");
            }
        }
        try (StreamingContext ssc = named("renamed", 1000)) {
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageContaining("the checkpoint has the input input (a queue: 1 RDD taken), and no operator");
        }
        try (StreamingContext ssc = named("input", 1000)) {
            ssc.runBatches(1);
            assertThat(ssc.lastBatchTime()).contains(BatchTime.of(2000));
        }
    }

    @Test
    void shouldKeepAStateUnderItsTypeWhenItsStreamGetsAName() {
        for (int run = 1; run <= 2; run++) {
            List<Object> seen = new ArrayList<>();
            try (StreamingContext ssc = Programs.local()) {
                ssc.checkpoint(directory.toString());
                PairDStream<String, Integer> totals = Programs.batches(ssc, List.of("a"), List.of("a"))
                        .named("input")
                        .mapToPair(word -> Tuple2.of(word, 1))
                        .updateStateByKey(
                                StateType.of("totals", Integer.class),
                                (values, state) -> Optional.of(state.orElse(0) + values.size()));
                (run == 1 ? totals : totals.named("shown")).foreachRDD(rdd -> {
                    seen.addAll(rdd.collect());
                });
                ssc.runBatches(1);
            }
            assertThat(seen).containsExactly(Tuple2.of("a", run));
        }
    }

    private TreeMap<String, String> files() throws Exception {
        TreeMap<String, String> files = new TreeMap<>();
        try (var all = Files.walk(directory.resolve("out"))) {
            for (Path file : (Iterable<Path>)
                    all.filter(file -> file.getFileName().toString().startsWith("part"))::iterator) {
                files.put(directory.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }

    private void deleteAll() throws Exception {
        new dev.millrace.internal.files.LocalFileStore(directory).delete("checkpoint");
        new dev.millrace.internal.files.LocalFileStore(directory).delete("out");
    }
}
