/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.kafka.Kafka;
import dev.millrace.streaming.kafka.KafkaBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustomerTotalsTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TempDir
    Path directory;

    private static void order(KafkaBroker broker, String customer, long amount) throws Exception {
        try (KafkaProducer<String, Long> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.address()), new StringSerializer(), new LongSerializer())) {
            KafkaBroker.get(producer.send(new ProducerRecord<>("orders", customer, amount)));
        }
    }

    private void run(KafkaBroker broker) {
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            CustomerTotals.build(
                    ssc,
                    broker.address(),
                    "orders",
                    "totals",
                    directory.resolve("checkpoint").toString());
            ssc.runBatches(1);
        }
    }

    /** Reads so many, or fewer if they do not come within a minute: readers see a commit a moment after it is answered. */
    private static List<String> totals(KafkaBroker broker, int number) {
        List<String> totals = new ArrayList<>();
        TopicPartition partition = new TopicPartition("totals", 0);
        try (KafkaConsumer<String, Long> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.address(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new LongDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long since = System.nanoTime();
            while (totals.size() < number && System.nanoTime() - since < PATIENCE_NANOS) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> totals.add(record.key() + " " + record.value()));
            }
        }
        return totals;
    }

    @Test
    void shouldWriteEachNewTotalOnceOverRestarts() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("broker"))) {
            broker.createTopic("orders", 2);
            broker.createTopic("totals", 1);
            order(broker, "ann", 5);
            order(broker, "ann", 2);
            run(broker);
            order(broker, "bob", 10);
            order(broker, "ann", 1);
            run(broker);

            assertThat(totals(broker, 3)).hasSize(3).startsWith("ann 7").contains("bob 10", "ann 8");
        }
    }

    private static void atLeastOnce(PairDStream<String, Long> totals, String servers, String topic) {
        totals.foreachBatch(Kafka.to(topic)
                .servers(servers)
                .key(StringSerializer::new)
                .value(LongSerializer::new)
                .atLeastOnce());
    }

    @Test
    void shouldWriteAtLeastOnce() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("broker"));
                StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            broker.createTopic("totals", 1);
            Queue<RDD<String>> customers = new ArrayDeque<>();
            customers.add(ssc.millraceContext().parallelize(List.of("ann", "bob"), 1));
            atLeastOnce(
                    ssc.queueStream(customers).mapToPair(customer -> Tuple2.of(customer, 1L)),
                    broker.address(),
                    "totals");
            ssc.runBatches(1);
            assertThat(totals(broker, 2)).containsExactly("ann 1", "bob 1");
        }
    }
}
