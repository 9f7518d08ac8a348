/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The code of docs/guide/joins.md. */
class JoinsGuideTest {
    private final StreamingContext ssc =
            new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.seconds(10));

    @AfterEach
    void close() {
        ssc.close();
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private <T> DStream<T> batches(List<T>... batches) {
        Queue<RDD<T>> queue = new ArrayDeque<>();
        for (List<T> batch : batches) {
            queue.add(ssc.millraceContext().parallelize(batch, 2));
        }
        return ssc.queueStream(queue);
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private <V> PairDStream<String, V> pairs(List<Tuple2<String, V>>... batches) {
        return PairDStream.of(batches(batches));
    }

    private static <K, V> List<List<Tuple2<K, V>>> collected(PairDStream<K, V> stream) {
        List<List<Tuple2<K, V>>> seen = new ArrayList<>();
        stream.foreachRDD(rdd -> {
            seen.add(rdd.collect());
        });
        return seen;
    }

    @Test
    void shouldJoinBatches() {
        PairDStream<String, Integer> orders = pairs(List.of(Tuple2.of("a", 1), Tuple2.of("c", 2), Tuple2.of("a", 3)));
        PairDStream<String, String> addresses = pairs(List.of(Tuple2.of("a", "Rome"), Tuple2.of("b", "Oslo")));
        PairDStream<String, Tuple2<Integer, Optional<String>>> shipped = orders.leftOuterJoin(addresses);
        PairDStream<String, Tuple2<List<Integer>, List<String>>> both = orders.cogroup(addresses);
        PairDStream<String, Integer> unknown =
                orders.transformWithToPair(addresses, (rdd, known, time) -> rdd.subtractByKey(known));
        var seen = collected(shipped);
        var groups = collected(both);
        var left = collected(unknown);
        ssc.runBatches(1);
        assertThat(seen.get(0))
                .containsExactly(
                        Tuple2.of("a", Tuple2.of(1, Optional.of("Rome"))),
                        Tuple2.of("a", Tuple2.of(3, Optional.of("Rome"))),
                        Tuple2.of("c", Tuple2.of(2, Optional.empty())));
        assertThat(groups.get(0))
                .containsExactly(
                        Tuple2.of("a", Tuple2.of(List.of(1, 3), List.of("Rome"))),
                        Tuple2.of("c", Tuple2.of(List.of(2), List.of())),
                        Tuple2.of("b", Tuple2.of(List.of(), List.of("Oslo"))));
        assertThat(left.get(0)).containsExactly(Tuple2.of("c", 2));
    }

    @Test
    void shouldJoinWithAState() {
        DStream<String> page = batches(List.of("a", "b", "a"), List.of("a"));
        PairDStream<String, Integer> clicks =
                page.mapToPair(name -> Tuple2.of(name, 1)).reduceByKey(Integer::sum);
        PairDStream<String, Integer> ever = clicks.updateStateByKey(
                StateType.of("clicks", Integer.class),
                (now, before) -> Optional.of(
                        before.orElse(0) + now.stream().mapToInt(n -> n).sum()));
        PairDStream<String, Tuple2<Integer, Integer>> nowAndEver = clicks.join(ever); // moves nothing
        var seen = collected(nowAndEver);
        ssc.runBatches(2);
        assertThat(seen)
                .containsExactly(
                        List.of(Tuple2.of("a", Tuple2.of(2, 2)), Tuple2.of("b", Tuple2.of(1, 1))),
                        List.of(Tuple2.of("a", Tuple2.of(1, 3))));
    }

    @Test
    void shouldJoinWithReferenceData() {
        PairDStream<String, Integer> orders = pairs(List.of(Tuple2.of("a", 1), Tuple2.of("c", 2)), List.of());
        PairRDD<String, String> table = ssc.millraceContext()
                .parallelizePairs(List.of(Tuple2.of("a", "Anna"), Tuple2.of("b", "Bruno")))
                .partitionBy(new HashPartitioner(2))
                .cache();
        PairDStream<String, Tuple2<Integer, Optional<String>>> named =
                orders.transformToPair(rdd -> rdd.leftOuterJoin(table));
        var seen = collected(named);
        ssc.runBatches(2);
        assertThat(seen.get(0))
                .containsExactlyInAnyOrder(
                        Tuple2.of("a", Tuple2.of(1, Optional.of("Anna"))),
                        Tuple2.of("c", Tuple2.of(2, Optional.empty())));
        assertThat(seen.get(1)).isEmpty();
    }

    @Test
    void shouldJoinWindows() {
        PairDStream<String, Integer> orders =
                pairs(List.of(Tuple2.of("a", 1)), List.of(Tuple2.of("b", 2)), List.of(), List.of());
        PairDStream<String, String> payments =
                pairs(List.of(), List.of(), List.of(Tuple2.of("b", "card"), Tuple2.of("a", "cash")), List.of());
        PairDStream<String, Tuple2<Integer, String>> soon =
                orders.window(Durations.seconds(60)).join(payments.window(Durations.seconds(20)));
        var seen = collected(soon);
        ssc.runBatches(5);
        List<Tuple2<String, Tuple2<Integer, String>>> both =
                List.of(Tuple2.of("b", Tuple2.of(2, "card")), Tuple2.of("a", Tuple2.of(1, "cash")));
        assertThat(seen).containsExactly(List.of(), List.of(), both, both, List.of());
    }
}
