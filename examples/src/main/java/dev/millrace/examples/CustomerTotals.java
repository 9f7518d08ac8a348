/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.kafka.Kafka;
import java.util.Optional;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * From topic to topic, exactly once: orders have a customer as key and an amount as value, and each new total of a customer goes to another
 * topic. Kill it at any time, with SIGKILL too, and start it again with the same checkpoint: who reads committed records of that
 * topic sees the totals as if it had never stopped.
 */
public final class CustomerTotals {
    private CustomerTotals() {}

    public static void build(StreamingContext ssc, String servers, String orders, String topic, String checkpoint) {
        ssc.checkpoint(checkpoint);
        PairDStream<String, Long> totals = ssc.from(Kafka.topic(orders)
                        .servers(servers)
                        .with("auto.offset.reset", "earliest")
                        .with("isolation.level", "read_committed")
                        .key(StringDeserializer::new)
                        .value(LongDeserializer::new))
                .named("orders")
                .mapToPair(order -> Tuple2.of(order.key(), order.value()))
                .reduceByKey(Long::sum)
                .mapWithState(StateType.of("amounts", Long.class), (time, customer, amount, total) -> {
                    total.update(total.orElse(0L) + amount.orElse(0L));
                    return Optional.of(Tuple2.of(customer, total.get()));
                })
                .mapToPair(total -> total);
        totals.to(Kafka.to(topic).servers(servers).key(StringSerializer::new).value(LongSerializer::new))
                .named("totals");
    }

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 4) {
            System.err.println("usage: CustomerTotals SERVERS ORDERS TOTALS CHECKPOINT (two topics, a directory)");
            System.exit(2);
        }
        MillraceConf conf = new MillraceConf().setMaster("local[*]").setAppName("customer totals");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(500))) {
            build(ssc, args[0], args[1], args[2], args[3]);
            ssc.start();
            ssc.awaitTermination();
        }
    }
}
