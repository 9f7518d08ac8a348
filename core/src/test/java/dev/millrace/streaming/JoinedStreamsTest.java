/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.graph.CombinedNode;
import dev.millrace.internal.graph.JoinedWindowsNode;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.RDD;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joins and other streams of several streams. */
class JoinedStreamsTest {
    @TempDir
    private Path directory;

    private static PairDStream<Integer, String> rows(StreamingContext ssc, String text, int seed, int batches) {
        Iterator<RDD<Tuple2<Integer, String>>> rdds = IntStream.range(0, batches)
                .mapToObj(batch -> {
                    Random random = new Random(1000L * seed + batch);
                    List<Tuple2<Integer, String>> rows = new ArrayList<>();
                    for (int i = random.nextInt(4); i > 0; i--) {
                        rows.add(Tuple2.of(random.nextInt(60), text + batch + "." + i));
                    }
                    return ssc.millraceContext().parallelize(rows, 2);
                })
                .iterator();
        return PairDStream.of(Programs.queued(ssc, rdds).named(text));
    }

    private static <T> void collect(DStreamLike<T, ?, ?> stream, String name, List<List<T>> seen) {
        stream.foreachRDD(name, rdd -> {
            seen.add(rdd.collect());
        });
    }

    /** Two windows of 300 panes: by their panes, and by what is mapped behind the windows, which joins them anew at each slide. */
    @Test
    void shouldJoinWindowsOfThreeHundredPanesAsIfTheyWereJoinedAnew() {
        List<List<Tuple2<Integer, Tuple2<String, Optional<String>>>>> byPanes = new ArrayList<>();
        List<List<Tuple2<Integer, Tuple2<String, Optional<String>>>>> anew = new ArrayList<>();
        try (StreamingContext ssc = Programs.local()) {
            PairDStream<Integer, String> left = rows(ssc, "left", 1, 700).window(Durations.seconds(300));
            PairDStream<Integer, String> right = rows(ssc, "right", 2, 650).window(Durations.seconds(300));
            PairDStream<Integer, Tuple2<String, Optional<String>>> joined = left.leftOuterJoin(right, 3);
            assertThat(joined.node).isInstanceOf(JoinedWindowsNode.class);
            PairDStream<Integer, Tuple2<String, Optional<String>>> again =
                    left.mapValues(text -> text).leftOuterJoin(right.mapValues(text -> text), 3);
            assertThat(again.node).isInstanceOf(CombinedNode.class);
            collect(joined, "joined", byPanes);
            joined.foreachRDD("few", rdd -> assertThat(rdd.getNumPartitions()).isEqualTo(3));
            again.foreachRDD("again", rdd -> {
                anew.add(anew.size() % 50 == 0 ? rdd.collect() : List.of());
            });
            ssc.runBatches(700);
        }
        for (int batch = 0; batch < 700; batch += 50) {
            assertThat(byPanes.get(batch)).containsExactlyInAnyOrderElementsOf(anew.get(batch));
        }
        assertThat(anew.get(400)).hasSizeGreaterThan(1000);
    }

    /** Stopped and started in between: the same bytes as without. */
    @Test
    void shouldJoinWindowsTheSameAfterARestart() {
        List<List<Tuple2<Integer, Tuple2<Optional<String>, Optional<String>>>>> once = new ArrayList<>();
        restarted("once", once, 30);
        List<List<Tuple2<Integer, Tuple2<Optional<String>, Optional<String>>>>> inParts = new ArrayList<>();
        restarted("parts", inParts, 11);
        restarted("parts", inParts, 1);
        restarted("parts", inParts, 18);
        assertThat(inParts).isEqualTo(once);
    }

    private void restarted(
            String name, List<List<Tuple2<Integer, Tuple2<Optional<String>, Optional<String>>>>> seen, int batches) {
        try (StreamingContext ssc = Programs.local(new MillraceConf())) {
            ssc.checkpoint(directory.resolve(name).toString());
            PairDStream<Integer, String> left =
                    rows(ssc, "left", 1, 30).window(Durations.seconds(9)).named("lefts");
            PairDStream<Integer, String> right =
                    rows(ssc, "right", 2, 30).window(Durations.seconds(4)).named("rights");
            collect(left.fullOuterJoin(right), "joined", seen);
            ssc.runBatches(batches);
        }
    }

    /** A new version of the program joins windows that the old one only kept, on another number of threads. */
    @Test
    void shouldJoinWindowsThatAnEarlierVersionHasKept() {
        try (StreamingContext ssc = Programs.local(new MillraceConf())) {
            ssc.checkpoint(directory.resolve("upgraded").toString());
            kept(ssc, "left", 1).foreachRDD("lefts", rdd -> {});
            kept(ssc, "right", 2).foreachRDD("rights", rdd -> {});
            ssc.runBatches(7);
        }
        List<List<Tuple2<Integer, Tuple2<String, String>>>> upgraded = new ArrayList<>();
        MillraceConf threads = new MillraceConf().setMaster("local[3]");
        try (StreamingContext ssc = new StreamingContext(threads, Durations.seconds(1))) {
            ssc.checkpoint(directory.resolve("upgraded").toString());
            collect(kept(ssc, "left", 1).join(kept(ssc, "right", 2)), "joined", upgraded);
            ssc.runBatches(3);
        }
        List<List<Tuple2<Integer, Tuple2<String, String>>>> expected = new ArrayList<>();
        try (StreamingContext ssc = Programs.local(new MillraceConf())) {
            collect(kept(ssc, "left", 1).join(kept(ssc, "right", 2)), "joined", expected);
            ssc.runBatches(10);
        }
        for (int batch = 0; batch < 3; batch++) {
            assertThat(upgraded.get(batch)).isNotEmpty().containsExactlyInAnyOrderElementsOf(expected.get(7 + batch));
        }
    }

    private static PairDStream<Integer, String> kept(StreamingContext ssc, String text, int seed) {
        return PairDStream.of(rows(ssc, text, seed, 30).map(pair -> Tuple2.of(pair._1() % 5, pair._2())))
                .window(Durations.seconds(6))
                .named(text + "s");
    }

    @Test
    void shouldCountJoinedWindowsInTheBudgetAndGiveItBack() {
        try (StreamingContext ssc = Programs.local()) {
            PairDStream<Integer, String> left = rows(ssc, "left", 1, 40).window(Durations.seconds(20));
            PairDStream<Integer, String> right = rows(ssc, "right", 2, 40).window(Durations.seconds(20));
            left.join(right).foreachRDD(rdd -> {});
            ssc.runBatches(40);
            MemoryBudget memory = ContextRuntime.of(ssc.millraceContext()).memory();
            long full = memory.used();
            ssc.runBatches(30); // in which nothing comes
            assertThat(full).isGreaterThan(20_000);
            assertThat(memory.used()).isLessThan(full / 10);
            ssc.close();
            assertThat(memory.used()).isZero();
        }
    }

    @Test
    void shouldJoinAWindowWithItselfAndTwoLayoutsOfOneWindow() {
        List<List<Tuple2<Integer, Tuple2<String, String>>>> self = new ArrayList<>();
        List<List<Tuple2<Integer, Tuple2<String, String>>>> other = new ArrayList<>();
        try (StreamingContext ssc = Programs.local()) {
            PairDStream<Integer, String> window =
                    rows(ssc, "rows", 1, 9).window(Durations.seconds(4), Durations.seconds(2));
            PairDStream<Integer, Tuple2<String, String>> joined = window.join(window, 3);
            PairDStream<Integer, Tuple2<String, String>> elsewhere = window.join(window, new HashPartitioner(2));
            assertThat(joined.node).isInstanceOf(JoinedWindowsNode.class);
            assertThat(elsewhere.node).isInstanceOf(CombinedNode.class);
            collect(joined, "self", self);
            collect(elsewhere, "other", other);
            ssc.runBatches(9);
        }
        assertThat(self).hasSize(4);
        for (int batch = 0; batch < 4; batch++) {
            assertThat(self.get(batch)).isNotEmpty().containsExactlyInAnyOrderElementsOf(other.get(batch));
        }
    }

    @Test
    void shouldRefuseToJoinStreamsOfOtherSlidesAndOfOtherContexts() {
        try (StreamingContext ssc = Programs.local();
                StreamingContext foreign = Programs.local()) {
            PairDStream<Integer, String> rows = rows(ssc, "rows", 1, 1);
            PairDStream<Integer, String> slow = rows.window(Durations.seconds(4), Durations.seconds(2));
            rows.join(slow).print();
            rows.cogroup(slow).print();
            rows.transformWith(slow, (rdd, other, time) -> rdd.map(pair -> pair))
                    .print();
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageMatching(
                            "(?s).*join at JoinedStreamsTest.java:\\d+: rows \\(queueStream at Programs.java:\\d+\\)"
                                    + " has a batch each 1000 ms and window at JoinedStreamsTest.java:\\d+ each 2000 ms; give both"
                                    + " windows the same slide.*cogroup at .*transformWith at .*");
            PairDStream<Integer, String> there = rows(foreign, "rows", 1, 1);
            assertThatThrownBy(() -> rows.join(there))
                    .hasMessageMatching("join at JoinedStreamsTest.java:\\d+ is of the StreamingContext made at"
                            + " Programs.java:\\d+, and its stream rows \\(queueStream at Programs.java:\\d+\\) is of the"
                            + " StreamingContext made at Programs.java:\\d+, whose batches run on their own; make all"
                            + " streams of a program in one context, or write the one with an output and read it here with"
                            + " an input");
            assertThatThrownBy(() -> ssc.transform(
                            List.of(), (rdds, time) -> ssc.millraceContext().emptyRDD()))
                    .hasMessage("a transform of no streams; pass at least one");
        }
    }

    @Test
    void shouldDealRecordsOutToSoManyPartitions() {
        List<List<List<Integer>>> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local()) {
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1, 2, 3, 4, 5, 6, 7), List.of());
            collect(numbers.repartition(3).glom(), "parts", seen);
            PairDStream<Integer, Integer> pairs =
                    numbers.mapToPair(n -> Tuple2.of(n, n)).repartition(4);
            pairs.foreachRDD("pairs", rdd -> assertThat(rdd.getNumPartitions()).isEqualTo(4));
            assertThatThrownBy(() -> numbers.repartition(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(
                            "repartition at JoinedStreamsTest.java:\\d+ into 0 partitions; there must be at least 1");
            ssc.runBatches(2);
        }
        assertThat(seen.get(0)).containsExactly(List.of(1, 6), List.of(2, 4, 7), List.of(3, 5));
        assertThat(seen.get(1)).containsExactly(List.of(), List.of(), List.of());
    }

    @Test
    void shouldPutSeveralStreamsTogether() {
        List<Object> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local()) {
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1, 2), List.of(3));
            DStream<Integer> others = Programs.batches(ssc, List.of(10), List.of());
            PairDStream<String, Integer> pairs = others.mapPartitionsToPair(values -> {
                List<Tuple2<String, Integer>> made = new ArrayList<>();
                values.forEachRemaining(value -> made.add(Tuple2.of("n" + value, value)));
                return made.iterator();
            });
            DStream<Integer> united = ssc.union(List.of(numbers, others));
            PairDStream<String, Integer> both = ssc.union(List.of(pairs, pairs));
            united.foreachRDD("united", rdd -> seen.add(rdd.collect()));
            both.flatMapValues(value -> List.of(value, -value).iterator())
                    .foreachRDD("both", rdd -> seen.add(rdd.collect()));
            numbers.transformWithToPair(
                            pairs,
                            (rdd, other, time) -> rdd.mapToPair(n -> Tuple2.of("n" + 10 * n, (int) time.milliseconds()))
                                    .union(other)
                                    .mapToPair(pair -> pair))
                    .foreachRDD("with", rdd -> seen.add(rdd.collect()));
            ssc.<String, Integer>transformToPair(
                            List.of(numbers, pairs),
                            (rdds, time) -> rdds.get(0).mapToPair(n -> Tuple2.of("n", (Integer) n)))
                    .toDStream()
                    .foreachRDD("n", rdd -> seen.add(rdd.collect()));
            ssc.runBatches(1);
        }
        assertThat(seen)
                .containsExactly(
                        List.of(1, 2, 10),
                        List.of(
                                Tuple2.of("n10", 10),
                                Tuple2.of("n10", -10),
                                Tuple2.of("n10", 10),
                                Tuple2.of("n10", -10)),
                        List.of(Tuple2.of("n10", 1000), Tuple2.of("n20", 1000), Tuple2.of("n10", 10)),
                        List.of(Tuple2.of("n", 1), Tuple2.of("n", 2)));
    }
}
