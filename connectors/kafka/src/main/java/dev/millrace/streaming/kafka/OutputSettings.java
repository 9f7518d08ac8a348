/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * How an output writes into a topic.
 *
 * @param kafka the settings of Kafka that the program has given, for a producer
 * @param receipts the topic of the receipts
 * @param writers how many producers write a batch
 * @param rowsPerTransaction at most
 * @param lost the id of the receipts' topic whose loss is accepted, or null
 * @param acceptsRollBack whether batches may be published again beside what a roll back takes for gone
 * @param patience how long a writer tries again
 */
record OutputSettings(
        String topic,
        Map<String, Object> kafka,
        String receipts,
        int writers,
        long rowsPerTransaction,
        @Nullable String lost,
        boolean acceptsRollBack,
        Duration patience) {
    private static final int DEFAULT_TIMEOUT_MS = 60_000; // of the producer
    private static final long DEFAULT_REQUEST_BYTES = 1_048_576;
    private static final String BATCH_BYTES = "65536";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int ASK_MS = 5000;
    private static final Set<String> OURS = Set.of(
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);

    static OutputSettings of(String topic) {
        return new OutputSettings(
                topic, Map.of(), "millrace-receipts-" + topic, 1, Long.MAX_VALUE, null, false, PATIENCE);
    }

    OutputSettings with(String setting, Object value) {
        Map<String, Object> more = new HashMap<>(kafka);
        more.put(setting, value);
        return new OutputSettings(
                topic, Map.copyOf(more), receipts, writers, rowsPerTransaction, lost, acceptsRollBack, patience);
    }

    OutputSettings receipts(String other) {
        return new OutputSettings(topic, kafka, other, writers, rowsPerTransaction, lost, acceptsRollBack, patience);
    }

    OutputSettings writers(int number) {
        return new OutputSettings(topic, kafka, receipts, number, rowsPerTransaction, lost, acceptsRollBack, patience);
    }

    OutputSettings rowsPerTransaction(long rows) {
        return new OutputSettings(topic, kafka, receipts, writers, rows, lost, acceptsRollBack, patience);
    }

    OutputSettings lost(String place) {
        return new OutputSettings(
                topic, kafka, receipts, writers, rowsPerTransaction, place, acceptsRollBack, patience);
    }

    OutputSettings acceptingRollBack() {
        return new OutputSettings(topic, kafka, receipts, writers, rowsPerTransaction, lost, true, patience);
    }

    OutputSettings patience(Duration time) {
        return new OutputSettings(topic, kafka, receipts, writers, rowsPerTransaction, lost, acceptsRollBack, time);
    }

    /** The brokers' addresses, for messages. */
    String servers() {
        return String.valueOf(kafka.getOrDefault(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, ""));
    }

    /** Of a producer without transactions, which writes each record at least once. */
    Map<String, Object> producer() {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.keySet().removeAll(OURS);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        return settings;
    }

    /** Of a producer with transactions. */
    Map<String, Object> producer(String transactionalId) {
        Map<String, Object> settings = producer();
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        settings.computeIfPresent(ProducerConfig.CLIENT_ID_CONFIG, (key, id) -> id + "-" + transactionalId);
        return settings;
    }

    /** A call is given up soon, unless the program has set for how long it waits: then one says that brokers are away. */
    Map<String, Object> admin() {
        Map<String, Object> settings = forOthers(AdminClientConfig.configNames());
        if (!settings.containsKey(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG)) {
            settings.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ASK_MS);
            settings.put(
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                    settings.get(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG));
        }
        return settings;
    }

    /** @throws ConfigException if no producer can be made of the settings, with the setting, its value and what is wrong */
    OutputSettings checked() {
        Map<String, Object> settings = producer();
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        new ProducerConfig(settings);
        return this;
    }

    Map<String, Object> consumer() {
        Map<String, Object> settings = forOthers(ConsumerConfig.configNames());
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return settings;
    }

    /** Those that a producer alone knows are left out; what nobody knows may be for a plugin. */
    private Map<String, Object> forOthers(Set<String> known) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.keySet().removeIf(key -> ProducerConfig.configNames().contains(key) && !known.contains(key));
        settings.computeIfPresent(ProducerConfig.CLIENT_ID_CONFIG, (key, id) -> id + "-receipts");
        return settings;
    }

    Duration transactionTimeout() {
        return Duration.ofMillis(number(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, DEFAULT_TIMEOUT_MS));
    }

    long mostRequestBytes() {
        return number(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, DEFAULT_REQUEST_BYTES);
    }

    boolean compresses() {
        return !"none".equals(String.valueOf(kafka.getOrDefault(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none")));
    }

    private long number(String setting, long otherwise) {
        Object value = kafka.get(setting);
        return value == null ? otherwise : Long.parseLong(value.toString());
    }
}
