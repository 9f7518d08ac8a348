/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import dev.millrace.Tuple2;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.kafka.Kafka;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Avro with a schema registry, from topic to topic: orders come in any version of their schema, of which a newer one has a currency, and the
 * sums of each batch go out with a schema that the program registers.
 */
public final class AvroOrders {
    /** What the program knows of an order: those of an older version have the default. */
    static final Schema ORDER = SchemaBuilder.record("Order")
            .namespace("shop")
            .fields()
            .requiredString("customer")
            .requiredLong("cents")
            .name("currency")
            .type()
            .stringType()
            .stringDefault("EUR")
            .endRecord();

    static final Schema SUM = SchemaBuilder.record("Sum")
            .namespace("shop")
            .fields()
            .requiredString("currency")
            .requiredLong("cents")
            .endRecord();

    private AvroOrders() {}

    public static void build(StreamingContext ssc, String servers, String registry, String orders, String sums) {
        ssc.from(Kafka.topic(orders)
                        .servers(servers)
                        .with("auto.offset.reset", "earliest")
                        .with(SchemaRegistry.URL, registry)
                        .value(() -> new AvroDeserializer(ORDER)))
                .named("orders")
                .mapToPair(order -> Tuple2.of(order.value().get("currency").toString(), (Long)
                        order.value().get("cents")))
                .reduceByKey(Long::sum)
                .mapToPair(sum -> Tuple2.of(sum._1(), record(sum._1(), sum._2())))
                .to(Kafka.to(sums)
                        .servers(servers)
                        .with(SchemaRegistry.URL, registry)
                        .key(StringSerializer::new)
                        .value(AvroSerializer::new))
                .named("sums");
    }

    private static GenericRecord record(String currency, long cents) {
        return new GenericRecordBuilder(SUM)
                .set("currency", currency)
                .set("cents", cents)
                .build();
    }

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 5) {
            System.err.println(
                    "usage: AvroOrders SERVERS REGISTRY-URL ORDERS SUMS CHECKPOINT (two topics, a directory)");
            System.exit(2);
        }
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            ssc.checkpoint(args[4]);
            build(ssc, args[0], args[1], args[2], args[3]);
            ssc.start();
            ssc.awaitTermination();
        }
    }
}
