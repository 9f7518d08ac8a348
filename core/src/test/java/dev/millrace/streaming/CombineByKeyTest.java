/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.RDD;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Accumulators that functions change in place are not seen twice: by the next output of a batch, or by a retry. */
class CombineByKeyTest {
    @Test
    void shouldGiveEachOutputTheSameWhenAccumulatorsAreChangedInPlace() {
        List<List<Tuple2<String, List<Integer>>>> seen = new ArrayList<>();
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1))) {
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            queue.add(ssc.millraceContext().parallelize(List.of(1, 2, 3, 4), 4));
            PairDStream<String, List<Integer>> lists = ssc.queueStream(queue)
                    .mapToPair(number -> Tuple2.of("k", number))
                    .combineByKey(
                            number -> new ArrayList<>(List.of(number)),
                            (list, number) -> {
                                list.add(number);
                                return list;
                            },
                            (first, second) -> {
                                first.addAll(second);
                                return first;
                            },
                            new HashPartitioner(2));
            for (int i = 0; i < 3; i++) {
                lists.foreachRDD(rdd -> {
                    List<Tuple2<String, List<Integer>>> copy = new ArrayList<>();
                    rdd.collect().forEach(pair -> copy.add(Tuple2.of(pair._1(), List.copyOf(pair._2()))));
                    seen.add(copy);
                });
            }
            ssc.runBatches(1);
        }
        assertThat(seen)
                .hasSize(3)
                .allSatisfy(output -> assertThat(output).containsExactly(Tuple2.of("k", List.of(1, 2, 3, 4))));
    }
}
