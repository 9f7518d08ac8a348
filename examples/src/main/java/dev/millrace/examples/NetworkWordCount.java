/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import dev.millrace.Tuple2;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.List;

/** Counts the words of each second that a server sends; {@code nc -lk 9999} is one to type into. */
public final class NetworkWordCount {
    private NetworkWordCount() {}

    public static void build(StreamingContext ssc, String host, int port) {
        ssc.socketTextStream(host, port)
                .named("lines")
                .flatMapList(line -> List.of(line.split(" ")))
                .mapToPair(word -> Tuple2.of(word, 1))
                .reduceByKey(Integer::sum)
                .named("counts")
                .print();
    }

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 2) {
            System.err.println("usage: NetworkWordCount HOST PORT");
            System.exit(2);
        }
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            build(ssc, args[0], Integer.parseInt(args[1]));
            ssc.start();
            ssc.awaitTermination();
        }
    }
}
