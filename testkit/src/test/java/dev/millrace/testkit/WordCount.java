/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** A program as users write them: words counted in each batch and in all batches. */
final class WordCount {
    private WordCount() {}

    static void build(StreamingContext context) {
        DStream<String> lines =
                context.queueStream(new ArrayDeque<RDD<String>>()).named("lines");
        var counts = lines.flatMapList(line -> List.of(line.split(" ")))
                .mapToPair(word -> Tuple2.of(word, 1))
                .reduceByKey(Integer::sum)
                .named("counts");
        counts.updateStateByKey(StateType.of("totals", Integer.class), (values, total) -> {
                    int sum = total.orElse(0);
                    for (int value : values) {
                        sum += value;
                    }
                    return Optional.of(sum);
                })
                .foreachRDD("printed", rdd -> rdd.count());
    }
}
