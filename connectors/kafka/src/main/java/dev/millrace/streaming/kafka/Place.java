/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a partition has been read.
 *
 * @param next the offset that is read next
 * @param topicId of the topic that was read
 * @param epoch the leader's epoch at {@code next}, or -1
 */
record Place(long next, String topicId, int epoch) {
    private static final String KIND = "kafka";

    static List<Object> key(TopicPartition partition) {
        return List.of(KIND, partition.topic(), partition.partition());
    }

    static TopicPartition partition(Object key) {
        List<?> parts = (List<?>) key;
        return new TopicPartition((String) parts.get(1), (int) parts.get(2));
    }

    List<Object> toData() {
        return List.of(next, topicId, (long) epoch);
    }

    static Place fromData(Object data) {
        List<?> parts = (List<?>) data;
        return new Place((long) parts.get(0), (String) parts.get(1), (int) (long) parts.get(2));
    }

    /** Returns whether a position is that of a source of Kafka. */
    static boolean isOwn(Map<Object, Object> position) {
        return position.keySet().stream()
                .allMatch(key -> key instanceof List<?> parts && parts.size() == 3 && KIND.equals(parts.get(0)));
    }
}
