/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.RefusedException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Chooses where a program begins that has no checkpoint: at the offsets or the time that it gives, else where its group is, else as {@code
 * auto.offset.reset} says.
 */
record Beginnings(
        Map<String, Object> settings,
        ConsumerStrategy.Beginning given,
        String operator,
        Function<OffsetSpec, AskOffsets> asks) {
    private static final String BY_DURATION = "by_duration:";

    private static final Said FOUND = (offset, partition) -> Start.found(offset);

    /** Says who names an offset of a partition. */
    private interface Said {
        Start start(long offset, String partition);
    }

    /** Asks for one offset of each of some partitions. */
    interface AskOffsets {
        Map<TopicPartition, Long> of(List<TopicPartition> partitions) throws ExecutionException, InterruptedException;
    }

    /** @return where each partition is begun */
    Map<TopicPartition, Start> choose(Admin admin, List<TopicPartition> partitions)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, Start> chosen = new HashMap<>();
        List<TopicPartition> open = new ArrayList<>(partitions);
        take(given.offsets(), Start::given, open, chosen);
        Long time = given.timestamp();
        if (time != null && !open.isEmpty()) {
            take(notBefore(time, open), FOUND, open, chosen);
        }
        String group = ClientSettings.group(settings);
        if (group != null && !open.isEmpty()) {
            Said ofGroup = (offset, partition) -> Start.ofGroup(offset, group, partition);
            take(committed(admin, group), ofGroup, open, chosen);
        }
        if (!open.isEmpty()) {
            take(byReset(ClientSettings.reset(settings), group, open), FOUND, open, chosen);
        }
        return chosen;
    }

    /** @throws RefusedException if offsets are given for partitions that are not read: a wrong name would go unnoticed */
    void mustBeRead(Set<TopicPartition> partitions) {
        Set<TopicPartition> others = new HashSet<>(given.offsets().keySet());
        others.removeAll(partitions);
        if (!others.isEmpty()) {
            throw new RefusedException(operator + ": start offsets are given for "
                    + others.stream().map(PlannedRange::name).sorted().collect(Collectors.joining(", "))
                    + ", which the stream does not read, or which is not there; correct the topic or the number, or leave that"
                    + " offset out");
        }
    }

    private static void take(
            Map<TopicPartition, Long> known, Said by, List<TopicPartition> open, Map<TopicPartition, Start> chosen) {
        open.removeIf(partition -> {
            Long offset = known.get(partition);
            if (offset != null) {
                chosen.put(partition, by.start(offset, PlannedRange.name(partition)));
            }
            return offset != null;
        });
    }

    private Map<TopicPartition, Long> notBefore(long time, List<TopicPartition> partitions)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> found =
                asks.apply(OffsetSpec.forTimestamp(time)).of(partitions);
        List<TopicPartition> tooOld = partitions.stream()
                .filter(partition -> found.getOrDefault(partition, -1L) < 0)
                .toList();
        found.putAll(asks.apply(OffsetSpec.latest()).of(tooOld));
        return found;
    }

    private Map<TopicPartition, Long> byReset(String reset, @Nullable String group, List<TopicPartition> partitions)
            throws ExecutionException, InterruptedException {
        if (reset.startsWith(BY_DURATION)) {
            return notBefore(System.currentTimeMillis() - duration(reset).toMillis(), partitions);
        }
        return switch (reset) {
            case "earliest" -> asks.apply(OffsetSpec.earliest()).of(partitions);
            case "latest" -> asks.apply(OffsetSpec.latest()).of(partitions);
            case "none" ->
                throw new RefusedException(
                        operator + ": nothing says where to begin in "
                                + partitions.stream().map(PlannedRange::name).collect(Collectors.joining(", ")) + ": "
                                + (group == null
                                        ? "there is no group.id"
                                        : "the group " + group + " has no offset there")
                                + ", and auto.offset.reset is none; give start offsets, or set auto.offset.reset to earliest or latest");
            default ->
                throw new RefusedException(operator + ": auto.offset.reset is " + reset
                        + "; it must be earliest, latest, none or by_duration: with a duration such as PT1H");
        };
    }

    private Duration duration(String reset) {
        try {
            return Duration.parse(reset.substring(BY_DURATION.length()).toUpperCase(java.util.Locale.ROOT));
        } catch (DateTimeParseException e) {
            throw new RefusedException(operator + ": auto.offset.reset is " + reset
                    + "; behind by_duration: comes a duration such as PT1H");
        }
    }

    /** The offsets of the group, which nobody must be moving just now. */
    private Map<TopicPartition, Long> committed(Admin admin, String group)
            throws ExecutionException, InterruptedException {
        List<String> members = members(admin, group);
        if (!members.isEmpty()) {
            throw new RefusedException(operator + ": the group " + group + " has " + members.size()
                    + (members.size() == 1 ? " member" : " members") + " that read now (" + String.join(", ", members)
                    + "), so its offsets are no place to begin at; stop them first, or set another group.id");
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        Map<TopicPartition, Long> known = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            if (offset != null) {
                known.put(partition, offset.offset());
            }
        });
        return known;
    }

    private static List<String> members(Admin admin, String group) throws ExecutionException, InterruptedException {
        try {
            ConsumerGroupDescription described =
                    admin.describeConsumerGroups(List.of(group)).all().get().get(group);
            return described == null
                    ? List.of()
                    : described.members().stream()
                            .map(member -> member.clientId() + " at " + member.host())
                            .sorted()
                            .toList();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return List.of(); // nobody has used it yet
            }
            throw e;
        }
    }
}
