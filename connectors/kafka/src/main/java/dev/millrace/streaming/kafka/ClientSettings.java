/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.RefusedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The settings of each client that a source uses, made of those that the program has given for a consumer. */
final class ClientSettings {
    /** Of membership in a group, which no client of ours has: partitions are assigned by the plan. */
    private static final Set<String> OF_MEMBERS = Set.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
            ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);

    private static final long PATIENCE_MILLIS = 60_000; // the default of the client

    private ClientSettings() {}

    /** Of the client that asks for offsets and commits them. */
    static Map<String, Object> admin(Map<String, Object> given) {
        Map<String, Object> settings = new HashMap<>(given);
        settings.keySet()
                .removeIf(key -> ConsumerConfig.configNames().contains(key)
                        && !AdminClientConfig.configNames().contains(key));
        return settings;
    }

    /** Of a consumer of one partition in a task: it decides nothing by itself. */
    static Map<String, Object> consumer(Map<String, Object> given, String purpose) {
        Map<String, Object> settings = new HashMap<>(given);
        settings.keySet().removeAll(OF_MEMBERS);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.computeIfPresent(ConsumerConfig.CLIENT_ID_CONFIG, (key, id) -> id + "-" + purpose);
        return settings;
    }

    /**
     * Makes a consumer of these settings once, which asks nobody: a wrong one is to end the start, and not the first task.
     *
     * @throws RefusedException with the setting, its value and what is wrong
     */
    static void check(Map<String, Object> given, String operator) {
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        try {
            new KafkaConsumer<>(consumer(given, "start"), bytes, bytes).close(CloseOptions.timeout(Duration.ZERO));
        } catch (KafkaException e) {
            throw BrokerErrors.unusable(operator, given, e);
        }
    }

    /** The time in ms that the calls of a client wait for brokers: {@code default.api.timeout.ms}. */
    static long patience(Map<String, Object> given) {
        String millis = text(given, ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
        return millis == null ? PATIENCE_MILLIS : Long.parseLong(millis.trim());
    }

    static IsolationLevel isolation(Map<String, Object> given) {
        String level = text(given, ConsumerConfig.ISOLATION_LEVEL_CONFIG);
        return level != null && level.toLowerCase(Locale.ROOT).equals("read_committed")
                ? IsolationLevel.READ_COMMITTED
                : IsolationLevel.READ_UNCOMMITTED;
    }

    /** The consumer group, or null. */
    static @Nullable String group(Map<String, Object> given) {
        String group = text(given, ConsumerConfig.GROUP_ID_CONFIG);
        return group == null || group.isBlank() ? null : group;
    }

    /** Where to begin if the group does not say it: {@code latest}, {@code earliest} or {@code none}. */
    static String reset(Map<String, Object> given) {
        String reset = text(given, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG);
        return reset == null ? "latest" : reset.toLowerCase(Locale.ROOT);
    }

    /** The brokers' addresses, for messages. */
    static String servers(Map<String, Object> given) {
        Object servers = given.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG);
        return servers == null ? "" : servers.toString();
    }

    private static @Nullable String text(Map<String, Object> given, String key) {
        Object value = given.get(key);
        return value == null ? null : value.toString();
    }
}
