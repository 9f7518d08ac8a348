/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.kafka.KafkaBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("full")
class AvroOrdersTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /** The schema of orders before they had a currency. */
    private static final Schema OLD_ORDER = SchemaBuilder.record("Order")
            .namespace("shop")
            .fields()
            .requiredString("customer")
            .requiredLong("cents")
            .endRecord();

    @TempDir
    Path directory;

    private static GenericRecord order(Schema schema, long cents) {
        GenericRecordBuilder order =
                new GenericRecordBuilder(schema).set("customer", "ann").set("cents", cents);
        return (schema.equals(OLD_ORDER) ? order : order.set("currency", "USD")).build();
    }

    private static List<String> sums(KafkaBroker broker, String registry, int number) {
        List<String> sums = new ArrayList<>();
        TopicPartition partition = new TopicPartition("sums", 0);
        AvroDeserializer values = new AvroDeserializer(AvroOrders.SUM);
        values.configure(Map.of(SchemaRegistry.URL, registry), false);
        try (KafkaConsumer<String, GenericRecord> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.address(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                values)) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long since = System.nanoTime();
            while (sums.size() < number && System.nanoTime() - since < PATIENCE_NANOS) {
                consumer.poll(Duration.ofSeconds(1))
                        .forEach(record -> sums.add(record.value().get("currency") + " "
                                + record.value().get("cents")));
            }
        }
        return sums;
    }

    @Test
    void shouldReadAndWriteByTheSchemasOfARegistry() throws Exception {
        try (RegistryStub registry = new RegistryStub();
                KafkaBroker broker = KafkaBroker.start(directory.resolve("broker"))) {
            broker.createTopic("orders", 1);
            broker.createTopic("sums", 1);
            AvroSerializer serializer = new AvroSerializer();
            serializer.configure(Map.of(SchemaRegistry.URL, registry.url()), false);
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.address()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                for (GenericRecord order :
                        List.of(order(OLD_ORDER, 5), order(AvroOrders.ORDER, 7), order(OLD_ORDER, 10))) {
                    byte[] bytes = serializer.serialize("orders", order);
                    KafkaBroker.get(producer.send(new ProducerRecord<>("orders", bytes)));
                }
            }
            try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
                ssc.checkpoint(directory.resolve("checkpoint").toString());
                AvroOrders.build(ssc, broker.address(), registry.url(), "orders", "sums");
                ssc.runBatches(1);
            }

            assertThat(sums(broker, registry.url(), 2)).containsExactlyInAnyOrder("EUR 15", "USD 7");
            assertThat(registry.subjects()).containsExactlyInAnyOrder("orders-value", "orders-value", "sums-value");
            assertThat(registry.asked()).isLessThan(10); // each schema once a deserializer, not once a record
        }
    }

    @Test
    void shouldSayThatTheAddressOfTheRegistryIsMissing() {
        AvroDeserializer deserializer = new AvroDeserializer(AvroOrders.ORDER);
        assertThatThrownBy(() -> deserializer.configure(Map.of(), false))
                .hasMessage("Missing required configuration \"schema.registry.url\", such as http://localhost:8081");
    }
}
