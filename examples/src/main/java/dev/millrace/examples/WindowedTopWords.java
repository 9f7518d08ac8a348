/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import dev.millrace.Tuple2;
import dev.millrace.rdd.PairRDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.List;
import java.util.function.Consumer;

/** Each second the five most frequent words of the last thirty, of what a server sends. */
public final class WindowedTopWords {
    private WindowedTopWords() {}

    public static void build(
            StreamingContext ssc, String host, int port, Consumer<List<Tuple2<String, Integer>>> show) {
        ssc.socketTextStream(host, port)
                .named("lines")
                .flatMapList(line -> List.of(line.split(" ")))
                .mapToPair(word -> Tuple2.of(word, 1))
                .reduceByKey(Integer::sum)
                .window(Durations.seconds(30))
                .named("window")
                .reduceByKey(Integer::sum)
                .foreachRDD(counts -> show.accept(top(counts)))
                .named("top");
    }

    private static List<Tuple2<String, Integer>> top(PairRDD<String, Integer> counts) {
        return counts.top(5, (a, b) -> Integer.compare(a._2(), b._2()));
    }

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 2) {
            System.err.println("usage: WindowedTopWords HOST PORT");
            System.exit(2);
        }
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            build(ssc, args[0], Integer.parseInt(args[1]), System.out::println);
            ssc.start();
            ssc.awaitTermination();
        }
    }
}
