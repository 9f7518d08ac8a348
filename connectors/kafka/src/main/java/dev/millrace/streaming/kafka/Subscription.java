/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a source reads.
 *
 * @param topics their names, if there is no pattern
 * @param pattern of the names of topics, or null
 * @param partitions if only these are read, or null for all of each topic
 */
record Subscription(
        Set<String> topics,
        @Nullable Pattern pattern,
        @Nullable Set<TopicPartition> partitions) {
    static Subscription of(Collection<String> topics) {
        return new Subscription(notEmpty(new TreeSet<>(topics)), null, null);
    }

    static Subscription of(Pattern pattern) {
        return new Subscription(Set.of(), pattern, null);
    }

    static Subscription ofPartitions(Collection<TopicPartition> partitions) {
        TreeSet<String> topics =
                partitions.stream().map(TopicPartition::topic).collect(Collectors.toCollection(TreeSet::new));
        return new Subscription(notEmpty(topics), null, Set.copyOf(partitions));
    }

    private static Set<String> notEmpty(Set<String> topics) {
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("a stream from Kafka without a topic; name at least one");
        }
        return topics;
    }

    /** The partitions that were named one by one, and are not among those that there are. */
    Set<TopicPartition> missing(Set<TopicPartition> there) {
        Set<TopicPartition> missing = new HashSet<>(partitions == null ? Set.of() : partitions);
        missing.removeAll(there);
        return missing;
    }

    boolean has(TopicPartition partition) {
        return partitions == null || partitions.contains(partition);
    }

    /** Topics for messages. */
    static String named(Collection<String> topics) {
        return (topics.size() == 1 ? "topic " : "topics ") + String.join(", ", topics);
    }

    @Override
    public String toString() {
        return pattern != null ? "topics like " + pattern : named(topics);
    }
}
