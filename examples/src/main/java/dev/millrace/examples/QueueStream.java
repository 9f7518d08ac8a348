/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/** The smallest stream: a queue of five datasets, one a batch; each batch counts its numbers by their last digit. */
public final class QueueStream {
    private QueueStream() {}

    public static void build(StreamingContext ssc) {
        List<Integer> numbers = IntStream.rangeClosed(1, 1000).boxed().toList();
        Queue<RDD<Integer>> queue = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 5; i++) {
            queue.add(ssc.millraceContext().parallelize(numbers, 10));
        }
        ssc.queueStream(queue)
                .mapToPair(x -> Tuple2.of(x % 10, 1))
                .reduceByKey(Integer::sum, 10)
                .print();
    }

    public static void main(String[] args) throws InterruptedException {
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            build(ssc);
            ssc.start();
            ssc.awaitTerminationOrTimeout(5500);
        }
    }
}
