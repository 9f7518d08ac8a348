/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that a subscription has, as they were described at one time.
 *
 * @param atNanos when they were asked for
 * @param missing the names of topics that are not there
 */
record Topics(long atNanos, NavigableMap<TopicPartition, Described> partitions, Set<String> missing) {
    private static final int PATIENCE_MS = 5000; // then one says that the brokers are away

    /** @param leader the host of the leader, or null if there is none */
    record Described(String topicId, long begin, @Nullable String leader) {}

    /** @param epoch of the leader, or -1 */
    record End(long offset, int epoch) {}

    /**
     * Describes those that are there.
     *
     * @param complete whether all topics must be there, and all partitions have a leader
     * @throws ExecutionException also if that is so and they do not, or if none is there
     */
    static Topics describe(
            Admin admin, Map<String, Object> settings, Subscription subscription, long now, boolean complete)
            throws ExecutionException, InterruptedException {
        Map<String, TopicDescription> topics = new HashMap<>();
        Set<String> missing = missing(admin, names(admin, subscription), topics);
        if (!missing.isEmpty() && (complete || topics.isEmpty())) {
            throw new ExecutionException(new MissingTopics(missing));
        }
        Map<TopicPartition, @Nullable Node> leaders = new HashMap<>();
        topics.forEach((name, topic) -> {
            for (TopicPartitionInfo partition : topic.partitions()) {
                TopicPartition key = new TopicPartition(name, partition.partition());
                if (subscription.has(key)) {
                    leaders.put(key, partition.leader());
                }
            }
        });
        Map<TopicPartition, Long> begins =
                offsets(admin, settings, new ArrayList<>(leaders.keySet()), OffsetSpec.earliest());
        if (complete && begins.size() < leaders.size()) {
            throw new ExecutionException(new LeaderNotAvailableException("not all partitions have a leader"));
        }
        NavigableMap<TopicPartition, Described> partitions = Seen.none();
        begins.forEach((partition, begin) -> {
            Node leader = leaders.get(partition);
            TopicDescription topic = topics.get(partition.topic());
            String id = topic == null ? "" : topic.topicId().toString();
            partitions.put(partition, new Described(id, begin, leader == null ? null : leader.host()));
        });
        return new Topics(now, partitions, missing);
    }

    /** Describes topics, and returns the names of those that are not there. */
    private static Set<String> missing(Admin admin, Collection<String> names, Map<String, TopicDescription> found)
            throws ExecutionException, InterruptedException {
        Map<String, KafkaFuture<TopicDescription>> answers = admin.describeTopics(
                        names, new DescribeTopicsOptions().timeoutMs(PATIENCE_MS))
                .topicNameValues();
        Set<String> missing = new TreeSet<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : answers.entrySet()) {
            try {
                found.put(answer.getKey(), answer.getValue().get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                missing.add(answer.getKey());
            }
        }
        return missing;
    }

    private static Collection<String> names(Admin admin, Subscription subscription)
            throws ExecutionException, InterruptedException {
        Pattern pattern = subscription.pattern();
        if (pattern == null) {
            return subscription.topics();
        }
        Predicate<String> matches = pattern.asMatchPredicate();
        return admin.listTopics(new ListTopicsOptions().timeoutMs(PATIENCE_MS)).names().get().stream()
                .filter(matches)
                .sorted()
                .toList();
    }

    /** The end of each partition; one that has no leader just now is missing. */
    static Map<TopicPartition, End> ends(
            Admin admin, Map<String, Object> settings, Collection<TopicPartition> partitions)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, End> ends = new HashMap<>();
        ask(admin, settings, partitions, OffsetSpec.latest()).forEach((partition, found) -> {
            ends.put(partition, new End(found.offset(), found.leaderEpoch().orElse(-1)));
        });
        return ends;
    }

    /** One offset of each partition; one that has no leader just now is missing. */
    static Map<TopicPartition, Long> offsets(
            Admin admin, Map<String, Object> settings, Collection<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        ask(admin, settings, partitions, which).forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private static Map<TopicPartition, ListOffsetsResultInfo> ask(
            Admin admin, Map<String, Object> settings, Collection<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, which));
        ListOffsetsResult answers = admin.listOffsets(
                asked, new ListOffsetsOptions(ClientSettings.isolation(settings)).timeoutMs(PATIENCE_MS));
        Map<TopicPartition, ListOffsetsResultInfo> found = new HashMap<>();
        List<ExecutionException> failed = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            try {
                found.put(partition, answers.partitionResult(partition).get());
            } catch (ExecutionException e) {
                failed.add(e);
            }
        }
        for (ExecutionException failure : failed) {
            if (found.isEmpty() || !(failure.getCause() instanceof RetriableException)) {
                throw failure;
            }
        }
        return found;
    }
}
