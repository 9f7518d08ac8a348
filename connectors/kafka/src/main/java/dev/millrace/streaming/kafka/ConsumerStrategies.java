/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * What is read. The methods have the names of the original. Settings are those of a Kafka consumer; {@code bootstrap.servers} and both
 * deserializers must be among them. Start offsets count in a program without a checkpoint; partitions that are not among them begin where the
 * group is, and if that has no offset, where {@code auto.offset.reset} says.
 */
public final class ConsumerStrategies {
    private ConsumerStrategies() {}

    /** The partitions of topics, also those that are added later, which are read from their beginning. */
    public static <K, V> ConsumerStrategy<K, V> Subscribe(
            Collection<String> topics, Map<String, Object> kafkaParams, Map<TopicPartition, Long> offsets) {
        return ConsumerStrategy.of(Subscription.of(topics), kafkaParams, offsets);
    }

    /** The partitions of topics, also those that are added later, which are read from their beginning. */
    public static <K, V> ConsumerStrategy<K, V> Subscribe(Collection<String> topics, Map<String, Object> kafkaParams) {
        return Subscribe(topics, kafkaParams, Map.of());
    }

    /** The topics whose whole name matches, also those that are made later, which are read from their beginning. */
    public static <K, V> ConsumerStrategy<K, V> SubscribePattern(
            Pattern pattern, Map<String, Object> kafkaParams, Map<TopicPartition, Long> offsets) {
        return ConsumerStrategy.of(Subscription.of(pattern), kafkaParams, offsets);
    }

    /** The topics whose whole name matches, also those that are made later, which are read from their beginning. */
    public static <K, V> ConsumerStrategy<K, V> SubscribePattern(Pattern pattern, Map<String, Object> kafkaParams) {
        return SubscribePattern(pattern, kafkaParams, Map.of());
    }

    /** These partitions and no others. */
    public static <K, V> ConsumerStrategy<K, V> Assign(
            Collection<TopicPartition> topicPartitions,
            Map<String, Object> kafkaParams,
            Map<TopicPartition, Long> offsets) {
        return ConsumerStrategy.of(Subscription.ofPartitions(topicPartitions), kafkaParams, offsets);
    }

    /** These partitions and no others. */
    public static <K, V> ConsumerStrategy<K, V> Assign(
            Collection<TopicPartition> topicPartitions, Map<String, Object> kafkaParams) {
        return Assign(topicPartitions, kafkaParams, Map.of());
    }
}
