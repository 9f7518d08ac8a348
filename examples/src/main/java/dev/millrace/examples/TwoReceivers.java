/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import dev.millrace.Tuple2;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.List;

/** Counts the words of two servers together. Each has a receiver, which takes no thread of the master. */
public final class TwoReceivers {
    private TwoReceivers() {}

    public static void build(StreamingContext ssc, int firstPort, int secondPort) {
        DStream<String> first = ssc.socketTextStream("localhost", firstPort).named("first");
        DStream<String> second = ssc.socketTextStream("localhost", secondPort).named("second");
        ssc.union(first, second)
                .flatMapList(line -> List.of(line.split(" ")))
                .mapToPair(word -> Tuple2.of(word, 1))
                .reduceByKey(Integer::sum)
                .named("counts")
                .print();
    }

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 2) {
            System.err.println("usage: TwoReceivers PORT PORT (of servers on this machine)");
            System.exit(2);
        }
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            build(ssc, Integer.parseInt(args[0]), Integer.parseInt(args[1]));
            ssc.start();
            ssc.awaitTermination();
        }
    }
}
