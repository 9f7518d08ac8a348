/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import dev.millrace.benchmarks.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The broker of all measurements, in a process of its own, and the directories that they work in. */
final class Lab implements AutoCloseable {
    private final Path directory = TemporaryFiles.newDirectory();
    private final Child broker;
    private final String servers;
    private final Admin admin;
    private int names;

    Lab() throws IOException {
        broker = Child.start(
                BrokerProgram.class,
                List.of("-Xmx1g"),
                List.of(newDirectory("broker").toString()));
        servers = broker.line();
        admin = Admin.create(Map.of("bootstrap.servers", servers));
    }

    String servers() {
        return servers;
    }

    Child broker() {
        return broker;
    }

    /** A name that nothing else has. */
    String name(String what) {
        return what + "-" + names++;
    }

    Path newDirectory(String what) throws IOException {
        return Files.createDirectory(directory.resolve(name(what)));
    }

    String newTopic(String what, int partitions) throws Exception {
        String name = name(what);
        admin.createTopics(List.of(new NewTopic(name, Optional.of(partitions), Optional.of((short) 1))))
                .all()
                .get();
        while (!hasLeaders(name, partitions)) {
            Thread.sleep(10);
        }
        return name;
    }

    private boolean hasLeaders(String topic, int partitions) throws Exception {
        try {
            TopicDescription described = admin.describeTopics(List.of(topic))
                    .topicNameValues()
                    .values()
                    .iterator()
                    .next()
                    .get();
            List<TopicPartitionInfo> all = described.partitions();
            return all.size() == partitions && all.stream().allMatch(each -> each.leader() != null);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }

    /** Deletes a topic, or those that a program has made for itself. */
    void deleteTopics(String name) throws Exception {
        Set<String> all = new HashSet<>(admin.listTopics().names().get());
        all.removeIf(topic -> !topic.equals(name) && !topic.startsWith(name + "-") && !topic.endsWith("-" + name));
        admin.deleteTopics(all).all().get();
    }

    /** Counts the records of its input that a program has taken for good, by what it tells its consumer group. */
    long progress(String group) throws InterruptedException {
        try {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream()
                    .filter(offset -> offset != null)
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0;
            }
            throw new IllegalStateException(e);
        }
    }

    /** Waits until a group has no members, so that the next one has nobody to wait for. */
    void awaitNoMembers(String group) throws Exception {
        while (true) {
            try {
                GroupState state = admin.describeConsumerGroups(List.of(group))
                        .describedGroups()
                        .values()
                        .iterator()
                        .next()
                        .get()
                        .groupState();
                if (state == GroupState.EMPTY || state == GroupState.DEAD) {
                    return;
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof GroupIdNotFoundException) {
                    return;
                }
                throw e;
            }
            Thread.sleep(100);
        }
    }

    @Override
    public void close() throws Exception {
        admin.close();
        broker.close();
        TemporaryFiles.delete(directory);
    }
}
