/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A reader of committed records, which knows nothing of Millrace. */
final class CommittedReader {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final long SETTLING_NANOS = 10_000_000_000L;

    private CommittedReader() {}

    /**
     * The records of a topic, by partitions. A commit is answered before the brokers have shown it to readers, so this waits for a moment while
     * a transaction is open.
     */
    static List<ConsumerRecord<String, String>> read(String servers, String topic) {
        return read(at(servers), topic);
    }

    private static List<ConsumerRecord<String, String>> read(Map<String, Object> settings, String topic) {
        try (KafkaConsumer<String, String> all = consumer(settings, "read_uncommitted");
                KafkaConsumer<String, String> committed = consumer(settings, "read_committed")) {
            List<TopicPartition> partitions = partitions(all, topic);
            long since = System.nanoTime();
            while (!committed.endOffsets(partitions).equals(all.endOffsets(partitions))
                    && System.nanoTime() - since < SETTLING_NANOS) {
                Thread.onSpinWait(); // each question waits for its answer
            }
        }
        return readNow(settings, topic);
    }

    /** The records of a topic up to the first open transaction of each partition, by partitions. */
    static List<ConsumerRecord<String, String>> readNow(String servers, String topic) {
        return readNow(at(servers), topic);
    }

    private static List<ConsumerRecord<String, String>> readNow(Map<String, Object> settings, String topic) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer(settings, "read_committed")) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
            long since = System.nanoTime();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                if (System.nanoTime() - since > PATIENCE_NANOS) {
                    throw new AssertionError("the topic " + topic + " cannot be read to " + ends);
                }
                consumer.poll(POLL).forEach(records::add);
            }
        }
        return records;
    }

    private static Map<String, Object> at(String servers) {
        return Map.of("bootstrap.servers", servers);
    }

    private static KafkaConsumer<String, String> consumer(Map<String, Object> settings, String isolation) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("isolation.level", isolation);
        all.put("enable.auto.commit", false);
        return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }

    private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    /** Their values, for topics of one partition in order. */
    static List<String> values(String servers, String topic) {
        return values(at(servers), topic);
    }

    static List<String> values(Map<String, Object> settings, String topic) {
        return read(settings, topic).stream().map(ConsumerRecord::value).toList();
    }
}
