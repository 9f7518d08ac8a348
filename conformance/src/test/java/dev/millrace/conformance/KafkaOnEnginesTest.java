/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.InputDStream;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.kafka.Kafka;
import dev.millrace.streaming.kafka.KafkaBroker;
import dev.millrace.streaming.kafka.LocationStrategies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One program on one checkpoint, in turn on both engines: on Spark its tasks read Kafka. */
@Tag("full")
class KafkaOnEnginesTest {
    private static final int BATCHES = 10;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final List<String> readers = new ArrayList<>();
    private final Map<String, Long> totals = new TreeMap<>();

    @TempDir
    Path directory;

    @Test
    void shouldReadAndWriteInTurnHereAndOnSpark() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("broker"));
                Producer<String, String> producer = broker.producer(Map.of())) {
            broker.createTopic("engines", 2);
            broker.createTopic("written", 1);
            int sent = 0;
            for (String master : List.of("local[2]", "spark:local[2]", "local[2]")) {
                try (StreamingContext ssc = program(master, broker.address())) {
                    for (int batch = 0; batch < BATCHES; batch++, sent++) {
                        for (String word : List.of("word" + sent % 3, "all")) {
                            KafkaBroker.get(producer.send(new ProducerRecord<>("engines", sent % 2, null, word)));
                        }
                        ssc.runBatches(1);
                    }
                }
                assertThat(totals).as(master).containsEntry("all", (long) sent);
            }
            assertThat(written(broker.address()))
                    .isEqualTo(LongStream.rangeClosed(1, 3 * BATCHES).boxed().toList());
        }

        assertThat(totals).isEqualTo(Map.of("all", 30L, "word0", 10L, "word1", 10L, "word2", 10L));
        assertThat(readers.subList(BATCHES, 2 * BATCHES))
                .allMatch(thread -> thread.contains("Executor task launch worker"));
    }

    private StreamingContext program(String master, String servers) {
        MillraceConf conf = new MillraceConf().setMaster(master).set("spark.ui.enabled", "false");
        StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1));
        ssc.checkpoint(directory.resolve("checkpoint").toString());
        InputDStream<ConsumerRecord<byte[], String>> words = ssc.from(Kafka.topic("engines")
                        .servers(servers)
                        .with("auto.offset.reset", "earliest")
                        .location(LocationStrategies.PreferBrokers())
                        .value(StringDeserializer::new))
                .named("words");
        words.foreachRDD(rdd ->
                readers.add(rdd.map(record -> Thread.currentThread().getName()).first()));
        PairDStream<String, Long> counted = words.mapToPair(record -> Tuple2.of(record.value(), 1L))
                .updateStateByKey(
                        StateType.of("totals", Long.class),
                        (counts, total) -> Optional.of(total.orElse(0L) + counts.size()));
        counted.foreachRDD(rdd -> rdd.collect().forEach(total -> totals.put(total._1(), total._2())));
        counted.to(Kafka.to("written")
                        .servers(servers)
                        .key(StringSerializer::new)
                        .value(LongSerializer::new))
                .named("written");
        return ssc;
    }

    /** The totals of all words, as a reader of committed records sees them. */
    private static List<Long> written(String servers) {
        List<Long> totals = new ArrayList<>();
        TopicPartition partition = new TopicPartition("written", 0);
        try (KafkaConsumer<String, Long> reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new LongDeserializer())) {
            reader.assign(List.of(partition));
            reader.seekToBeginning(List.of(partition));
            long since = System.nanoTime();
            while (totals.size() < 3 * BATCHES && System.nanoTime() - since < PATIENCE_NANOS) {
                reader.poll(Duration.ofSeconds(1)).forEach(record -> {
                    if (record.key().equals("all")) {
                        totals.add(record.value());
                    }
                });
            }
        }
        return totals;
    }
}
