/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What the broker has said last. Immutable.
 *
 * @param round how many times everything was asked
 */
record Seen(long round, NavigableMap<TopicPartition, Partition> partitions) {
    static final Seen NOTHING = new Seen(0, none());

    /** An empty map in the order in which partitions are read. */
    static <V> NavigableMap<TopicPartition, V> none() {
        return new TreeMap<>((a, b) -> {
            int byTopic = a.topic().compareTo(b.topic());
            return byTopic != 0 ? byTopic : Integer.compare(a.partition(), b.partition());
        });
    }

    /**
     * One partition.
     *
     * @param begin its first offset, as it was known lately
     * @param end the offset behind the last record that may be read
     * @param epoch of the leader that said so, or -1
     * @param start where a program begins that has not read it yet
     * @param leader the host of its leader, or null
     */
    record Partition(
            String topicId,
            long begin,
            long end,
            int epoch,
            Start start,
            @Nullable String leader) {}
}
