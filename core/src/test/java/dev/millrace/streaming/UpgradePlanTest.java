/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.CheckpointException;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Version 1 of a program runs some batches, version 2 is rehearsed on its checkpoint, and does then what the plan says. */
class UpgradePlanTest {
    private static final String DROP = "millrace.streaming.checkpoint.dropOrphans";
    private static final List<String> WORDS = List.of("a", "bb", "a", "ccc", "bb", "a");

    @TempDir
    Path directory;

    /** What a program makes of its words. */
    private interface Body {
        void build(DStream<String> words);
    }

    /** One version of the program; its words are those of all batches since the first start. */
    private record Version(String master, long interval, Map<String, String> settings, String input, Body body) {
        static Version of(Body body) {
            return new Version("local[2]", 1000, Map.of(), "words", body);
        }

        Version master(String other) {
            return new Version(other, interval, settings, input, body);
        }

        Version interval(long other) {
            return new Version(master, other, settings, input, body);
        }

        Version set(String key, String value) {
            Map<String, String> all = new TreeMap<>(settings);
            all.put(key, value);
            return new Version(master, interval, all, input, body);
        }

        Version input(String other) {
            return new Version(master, interval, settings, other, body);
        }
    }

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private StreamingContext open(Version version) {
        MillraceConf conf = new MillraceConf().setMaster(version.master());
        version.settings().forEach(conf::set);
        StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(version.interval()));
        ssc.checkpoint(checkpoint().toString());
        List<List<String>> batches = WORDS.stream().map(List::of).toList();
        version.body().build(Programs.batches(ssc, batches).named(version.input()));
        return ssc;
    }

    /** Rehearses and then starts, and gives the plan without its first line, which names the directory. */
    private String run(Version version, int batches) {
        String text;
        try (StreamingContext ssc = open(version)) {
            UpgradePlan plan = UpgradePlan.of(ssc);
            text = plan.toString();
            assertThat(text).startsWith("checkpoint " + checkpoint() + "\n");
            if (plan.starts()) {
                ssc.runBatches(batches);
            } else {
                List<String> before = files(checkpoint().resolve("journal"));
                assertThatThrownBy(() -> ssc.runBatches(batches))
                        .isInstanceOf(CheckpointException.class)
                        .hasMessage(plan.refusal());
                assertThat(files(checkpoint().resolve("journal"))).isEqualTo(before);
            }
        }
        return text.substring(text.indexOf('\n') + 1).replace(directory.toString(), "DIR");
    }

    private static List<String> files(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static PairDStream<String, Integer> totals(String name, DStream<String> words) {
        return words.mapToPair(word -> Tuple2.of(word, 1))
                .updateStateByKey(
                        StateType.of(name, Integer.class), (ones, total) -> Optional.of(ones.size() + total.orElse(0)));
    }

    private Body counting(Map<String, Integer> seen) {
        return words -> {
            PairDStream<String, Integer> totals = totals("totals", words);
            totals.foreachRDD(rdd -> seen.putAll(asMap(rdd.collect())));
            totals.map(Object::toString)
                    .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                    .named("files");
        };
    }

    private static <V> Map<String, V> asMap(List<Tuple2<String, V>> pairs) {
        Map<String, V> map = new TreeMap<>();
        pairs.forEach(pair -> map.put(pair._1(), pair._2()));
        return map;
    }

    private static Map<String, Integer> model(int batches) {
        Map<String, Integer> totals = new TreeMap<>();
        WORDS.subList(0, batches).forEach(word -> totals.merge(word, 1, Integer::sum));
        return totals;
    }

    private static void ignore(DStream<?> stream) {
        stream.foreachRDD(rdd -> {});
    }

    private static void ignore(PairDStream<?, ?> stream) {
        stream.foreachRDD(rdd -> {});
    }

    @Test
    void shouldKeepStateWhenOperatorsAreAddedAndReorderedAndFunctionsChange() {
        Map<String, Integer> seen = new TreeMap<>();
        assertThat(run(Version.of(counting(seen)), 3)).isEqualTo("""
                No program has used it yet.
                The program would start.
                """);
        List<Long> windows = new ArrayList<>();
        Version second = Version.of(words -> {
            words.window(Durations.seconds(2)).named("recent").foreachRDD(rdd -> windows.add(rdd.count()));
            ignore(totals("lengths", words.map(word -> "" + word.length())));
            counting(seen).build(words.map(word -> word + "").filter(word -> true));
        });
        assertThat(run(second, 2)).isEqualTo("""
                The last decided batch is 3000 ms.
                  kept      input   words    a queue: 3 RDDs taken
                  new       window  recent
                  new       state   lengths
                  kept      state   totals   2 keys
                  kept      output  files
                The program would start.
                """);
        assertThat(seen).isEqualTo(model(5));
        assertThat(windows).containsExactly(1L, 2L);
    }

    @Test
    void shouldRefuseRemovedAndRenamedOperatorsUntilTheyAreDroppedForGood() {
        Map<String, Integer> seen = new TreeMap<>();
        run(
                Version.of(words -> {
                    counting(seen).build(words);
                    ignore(totals("old", words));
                    ignore(words.window(Durations.seconds(2)).named("recent"));
                }),
                3);
        Version second = Version.of(words -> {
                    totals("totals", words).foreachRDD(rdd -> seen.putAll(asMap(rdd.collect())));
                    ignore(totals("renamed", words));
                })
                .set("millrace.streaming.checkpoint.snapshotBytes", "1");
        assertThat(run(second, 1)).isEqualTo("""
                The last decided batch is 3000 ms.
                  kept      input   words    a queue: 3 RDDs taken
                  kept      state   totals   2 keys
                  new       state   renamed
                  removed   output  files    what it has published stays
                  orphaned  state   old      2 keys
                  orphaned  window  recent   2 records of 2 batches
                This program cannot start on the checkpoint DIR/checkpoint:
                  - the checkpoint has the state old (2 keys), and no operator of the program has this name; write \
                StateType.of("old", ...) on the operator that it belongs to, or drop it: \
                conf.set("millrace.streaming.checkpoint.dropOrphans", "old,recent")
                  - the checkpoint has the window recent (2 records of 2 batches), and no operator of the program has \
                this name; write .named("recent") on the operator that it belongs to, or drop it: \
                conf.set("millrace.streaming.checkpoint.dropOrphans", "old,recent")
                """);
        Version dropping = second.set(DROP, "old, recent");
        assertThat(run(dropping, 1)).contains("  dropped   state   old      2 keys\n", "The program would start.");
        assertThat(run(dropping, 0)).doesNotContain("recent").contains("The program would start.");
        assertThat(run(second, 1)).contains("  kept      state   renamed  1 key\n", "The program would start.");
        assertThat(seen).isEqualTo(model(5));
        Map<String, Integer> anew = new TreeMap<>();
        assertThat(run(
                        new Version("local[2]", 1000, Map.of(DROP, "renamed"), "words", words -> {
                            ignore(totals("totals", words));
                            totals("old", words).foreachRDD(rdd -> anew.putAll(asMap(rdd.collect())));
                        }),
                        1))
                .contains("  new       state   old");
        assertThat(anew).isEqualTo(Map.of(WORDS.get(5), 1));
    }

    @Test
    void shouldRefuseToDropWhatIsNoOrphan() {
        Version version = Version.of(words -> ignore(totals("totals", words)));
        run(version, 1);
        assertThat(run(version.set(DROP, "totals,words,nothing"), 1)).endsWith("""
                This program cannot start on the checkpoint DIR/checkpoint:
                  - millrace.streaming.checkpoint.dropOrphans names totals, which is a state of the program and no \
                orphan; take the name out, or give the operator another one
                  - millrace.streaming.checkpoint.dropOrphans names words, which is an input of the program and no \
                orphan; take the name out, or give the operator another one
                """);
    }

    @Test
    void shouldDropAtOnceOrNotAtAllWhenTheStartIsCutOff() throws IOException {
        run(
                Version.of(words -> {
                    ignore(totals("totals", words));
                    ignore(totals("old", words));
                    ignore(totals("older", words));
                }),
                2);
        Version second = Version.of(words -> ignore(totals("totals", words)));
        Path journals = checkpoint().resolve("journal");
        List<String> before = files(journals);
        run(second.set(DROP, "old,older"), 0);
        Path written = journals.resolve(files(journals).get(files(journals).size() - 1));
        assertThat(before).doesNotContain(written.getFileName().toString());
        byte[] whole = Files.readAllBytes(written);
        for (int length = 0; length < whole.length; length++) {
            Files.write(written, Arrays.copyOf(whole, length));
            assertThat(CheckpointInfo.read(checkpoint()).steps())
                    .extracting(CheckpointInfo.Step::name)
                    .containsExactly("old", "older", "totals");
        }
        Files.write(written, whole);
        assertThat(CheckpointInfo.read(checkpoint()).steps())
                .extracting(CheckpointInfo.Step::name)
                .containsExactly("totals");
    }

    @Test
    void shouldRouteStateTimeoutsAndWindowsAnewWhenTheParallelismChanges() {
        List<Map<String, Integer>> totals = new ArrayList<>();
        List<Map<String, Integer>> recent = new ArrayList<>();
        List<List<String>> timedOut = new ArrayList<>();
        Body body = words -> {
            totals("totals", words).foreachRDD(rdd -> totals.add(asMap(rdd.collect())));
            words.mapToPair(word -> Tuple2.of(word, 1))
                    .reduceByKeyAndWindow(Integer::sum, Durations.seconds(3), Durations.seconds(1))
                    .named("recent")
                    .foreachRDD(rdd -> recent.add(asMap(rdd.collect())));
            words.mapToPair(word -> Tuple2.of(word, 1))
                    .mapWithState(
                            StateType.of("idle", Integer.class).timeout(Durations.seconds(3)),
                            (time, key, value, state) -> {
                                if (state.isTimingOut()) {
                                    return Optional.of(key);
                                }
                                state.update(1);
                                return Optional.<String>empty();
                            })
                    .foreachRDD(rdd -> timedOut.add(rdd.collect()));
        };
        run(Version.of(body), 4);
        assertThat(run(Version.of(body).master("local[5]"), 4)).startsWith("""
                        The last decided batch is 4000 ms.
                          kept      input   words   a queue: 4 RDDs taken
                          kept      state   totals  3 keys
                          kept      window  recent  3 records of 3 batches
                          kept      state   idle    3 keys
                        The program would start.
                        """);
        run(Version.of(body).master("local[1]"), 2);
        List<Map<String, Integer>> expected = new ArrayList<>();
        List<Map<String, Integer>> expectedRecent = new ArrayList<>();
        for (int batch = 1; batch <= 10; batch++) {
            int until = Math.min(batch, WORDS.size());
            expected.add(model(until));
            Map<String, Integer> window = new TreeMap<>();
            for (int i = Math.max(0, batch - 3); i < until; i++) {
                window.merge(WORDS.get(i), 1, Integer::sum);
            }
            expectedRecent.add(window);
        }
        assertThat(totals).isEqualTo(expected);
        assertThat(recent).isEqualTo(expectedRecent);
        List<String> ended = new ArrayList<>();
        timedOut.forEach(ended::addAll);
        assertThat(ended).containsExactly("ccc", "bb", "a");
    }

    @Test
    void shouldGoOnAtAnotherIntervalWithState() {
        Map<String, Integer> seen = new TreeMap<>();
        List<Long> times = new ArrayList<>();
        Body body = words -> {
            counting(seen).build(words);
            words.foreachRDD((rdd, time) -> times.add(time.milliseconds()));
        };
        run(Version.of(body).interval(1500), 3);
        assertThat(run(Version.of(body), 2)).isEqualTo("""
                The last decided batch is 4500 ms.
                It was made with a batch each 1500 ms; from this start on there is one each 1000 ms.
                  kept      input   words   a queue: 3 RDDs taken
                  kept      state   totals  2 keys
                  kept      output  files
                The program would start.
                """);
        assertThat(run(Version.of(body), 1))
                .contains("The last decided batch is 6000 ms.")
                .doesNotContain("made with");
        assertThat(times).containsExactly(1500L, 3000L, 4500L, 5000L, 6000L, 7000L);
        assertThat(seen).isEqualTo(model(6));
    }

    @Test
    void shouldRefuseAnotherIntervalWithWindowsUntilTheyAreBegunAnew() {
        List<Long> counts = new ArrayList<>();
        run(Version.of(words -> ignore(words.window(Durations.seconds(3)).named("recent"))), 3);
        Version second =
                Version.of(words -> ignore(words.window(Durations.seconds(4)).named("recent")));
        assertThat(run(second.interval(2000), 1)).endsWith("""
                This program cannot start on the checkpoint DIR/checkpoint:
                  - the window recent keeps batches of 1000 ms, and there is one each 2000 ms now; bring the interval of \
                1000 ms back, or begin it anew: write .named("recent-2"), and drop recent
                """);
        Version third = Version.of(words -> words.window(Durations.seconds(4), Durations.seconds(4))
                        .named("recent-2")
                        .foreachRDD(rdd -> counts.add(rdd.count())))
                .set(DROP, "recent");
        assertThat(run(third.interval(2000), 4)).contains("dropped   window  recent", "The program would start.");
        assertThat(counts).containsExactly(1L, 2L);
    }

    @Test
    void shouldRefuseAnInputOrWindowOfAnotherKind() {
        run(
                Version.of(words -> {
                    ignore(words);
                    ignore(totals("totals", words));
                    ignore(words.window(Durations.seconds(3)).named("recent"));
                }),
                2);
        try (StreamingContext ssc = Programs.local()) {
            ssc.checkpoint(checkpoint().toString());
            DStream<String> files =
                    ssc.textFileStream(directory.toString(), false).named("words");
            ignore(files.window(Durations.seconds(2)).named("totals"));
            ignore(files.countByValueAndWindow(Durations.seconds(2), Durations.seconds(1))
                    .named("recent"));
            UpgradePlan plan = UpgradePlan.of(ssc);
            assertThat(plan.problems())
                    .containsExactly(
                            "the input words was of another kind in this checkpoint (a queue: 2 RDDs taken); write"
                                    + " .named(\"words-2\") or another new name, or bring the old input back",
                            "the window totals was a state in this checkpoint; write .named(\"totals-2\") or another new"
                                    + " name",
                            "the window recent was one of records in this checkpoint, and is one of keys now; write"
                                    + " .named(\"recent-2\") or another new name");
            assertThatThrownBy(() -> ssc.runBatches(1)).hasMessage(plan.refusal());
        }
    }

    /** Has staged, and cannot publish. */
    private static final class Unreachable implements StagedOutput<String> {
        private static final long serialVersionUID = 1;

        @Override
        public String stage(OutputBatch batch, int partition, int attempt, Iterator<String> records) {
            return "part";
        }

        @Override
        public void publish(OutputBatch batch, List<String> parts) throws IOException {
            throw new IOException("unreachable");
        }

        @Override
        public void discard(OutputBatch batch) {}

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) {
            return List.of();
        }
    }

    @Test
    void shouldRefuseToForgetAnOutputWithSomethingToPublish() {
        try (StreamingContext ssc =
                open(Version.of(words -> words.to(new Unreachable()).named("sink")))) {
            assertThatThrownBy(() -> ssc.runBatches(1)).hasMessageContaining("unreachable");
        }
        assertThat(CheckpointInfo.read(checkpoint()).unpublished())
                .containsExactly(new CheckpointInfo.Batch(BatchTime.of(1000), Map.of(), Map.of("sink", 2)));
        assertThat(run(Version.of(words -> ignore(words)), 1)).isEqualTo("""
                The last decided batch is 1000 ms; to publish: 1000 ms.
                  kept      input   words  a queue: 1 RDD taken
                  refused   output  sink
                This program cannot start on the checkpoint DIR/checkpoint:
                  - batch 1000 ms is decided and staged for the output sink, which the program no longer has; bring it \
                back for one start: .to(...).named("sink"), or let nobody publish it: \
                conf.set("millrace.streaming.checkpoint.dropOrphans", "sink")
                """);
    }

    @Test
    void shouldRunABatchAgainWithoutAnInputThatIsDropped() {
        List<String> seen = new ArrayList<>();
        try (StreamingContext ssc = open(Version.of(words -> words.foreachRDD(rdd -> {
            if (rdd.first().equals("bb")) {
                throw new IllegalStateException("not yet");
            }
        })))) {
            assertThatThrownBy(() -> ssc.runBatches(2)).hasMessageContaining("not yet");
        }
        assertThat(CheckpointInfo.read(checkpoint()).underWay())
                .containsExactly(new CheckpointInfo.Batch(
                        BatchTime.of(2000), Map.of("words", "RDDs 1 to 1 of the queue"), Map.of()));
        Version second = Version.of(words -> words.foreachRDD(rdd -> seen.addAll(rdd.collect())))
                .input("others")
                .set(DROP, "words");
        assertThat(run(second, 1)).isEqualTo("""
                The last decided batch is 1000 ms; to run again: 2000 ms.
                  new       input  others
                  dropped   input  words   a queue: 2 RDDs taken
                The program would start.
                """);
        assertThat(run(second, 1)).contains("kept      input  others").doesNotContain(" words ");
        assertThat(seen).containsExactly("a", "bb");
        assertThat(CheckpointInfo.read(checkpoint()).inputs())
                .containsExactly(new CheckpointInfo.Input("others", "a queue: 2 RDDs taken"));
    }

    @Test
    void shouldSayThatThereIsNothingToPlanWithoutACheckpoint() {
        try (StreamingContext ssc = Programs.local()) {
            ignore(Programs.batches(ssc, Collections.nCopies(1, List.of("a"))));
            assertThatThrownBy(() -> UpgradePlan.of(ssc))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no checkpoint directory is set, so nothing is taken over; call checkpoint(directory)");
        }
    }
}
