/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.ErrorPolicy;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;

/**
 * Sums orders by customer, from lines such as {@code ann 1250} in files that are renamed into a directory. A line that is
 * no order is put aside in CHECKPOINT/quarantine. When {@link Order#parse} has learned to read it, the next start takes
 * it from there, once.
 */
public final class QuarantinedOrders {
    private QuarantinedOrders() {}

    /** An order and its price. */
    public record Order(String customer, long cents) {
        public static Order parse(String line) {
            String[] parts = line.split(" ");
            return new Order(parts[0], Long.parseLong(parts[1]));
        }
    }

    public static void build(StreamingContext ssc, String input, String output, String checkpoint) {
        ssc.checkpoint(checkpoint);
        DStream<String> lines = ssc.textFileStream(input, false).named("lines");
        DStream<String> again = ssc.quarantined(Path.of(checkpoint, "quarantine"), "orders", String.class)
                .named("lines again");
        sums(orders(lines.union(again))).to(StreamingContext.textFiles(output)).named("sums");
    }

    private static DStream<Order> orders(DStream<String> lines) {
        return lines.map(Order::parse)
                .named("orders")
                .onError(ErrorPolicy.quarantine().atMost(1000));
    }

    /** The sum of each customer's orders in a batch. */
    static DStream<String> sums(DStream<Order> orders) {
        return orders.mapToPair(order -> Tuple2.of(order.customer(), order.cents()))
                .reduceByKey(Long::sum)
                .map(sum -> sum._1() + "\t" + sum._2());
    }

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 3) {
            System.err.println("usage: QuarantinedOrders INPUT OUTPUT CHECKPOINT (directories)");
            System.exit(2);
        }
        MillraceConf conf = new MillraceConf().setMaster("local[*]").setAppName("orders");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            build(ssc, args[0], args[1], args[2]);
            ssc.start();
            ssc.awaitTermination();
        }
    }
}
