/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.InputDStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.kafka.Kafka;
import dev.millrace.streaming.kafka.KafkaBroker;
import dev.millrace.streaming.kafka.LocationStrategies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One program on one checkpoint, in turn on both engines: on Spark its tasks read Kafka. */
@Tag("full")
class KafkaOnEnginesTest {
    private static final int BATCHES = 10;

    private final List<String> readers = new ArrayList<>();
    private final Map<String, Long> totals = new TreeMap<>();

    @TempDir
    Path directory;

    @Test
    void shouldReadInTurnHereAndOnSpark() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("broker"));
                Producer<String, String> producer = broker.producer(Map.of())) {
            broker.createTopic("engines", 2);
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
        words.mapToPair(record -> Tuple2.of(record.value(), 1L))
                .updateStateByKey(
                        StateType.of("totals", Long.class),
                        (counts, total) -> Optional.of(total.orElse(0L) + counts.size()))
                .foreachRDD(rdd -> rdd.collect().forEach(total -> totals.put(total._1(), total._2())));
        return ssc;
    }
}
