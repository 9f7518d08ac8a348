/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.MillraceException;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import dev.millrace.spi.SourceContext;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A source of Kafka being read: it cuts what the brokers' thread has seen into ranges of offsets. A slice has all partitions, also those
 * without records, so that a batch always tells its offsets. Driver loop, but for {@link #read} and {@link #decided}.
 */
final class KafkaCursor<K, V> implements Source.Cursor<ConsumerRecord<K, V>> {
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(5);
    private static final Duration LAST_COMMIT = Duration.ofSeconds(5);
    private static final int NAMES = 100;

    private final KafkaSource<K, V> source;
    private final SourceContext context;
    private final String id = UUID.randomUUID().toString(); // of the consumers of this run
    private final NavigableMap<TopicPartition, Place> places = Seen.none();
    private final BrokerWatch watch;
    private final Admission admission;
    private final LostOffsets lost;
    private final @Nullable GroupOffsets group;
    private final boolean isNew;

    KafkaCursor(KafkaSource<K, V> source, @Nullable Map<Object, Object> position, SourceContext context) {
        this.source = source;
        this.context = context;
        isNew = position == null;
        if (position != null) {
            position.forEach((key, value) -> places.put(Place.partition(key), Place.fromData(value)));
        }
        Set<String> known = places.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
        watch = new BrokerWatch(source.subscription(), source.settings(), source.beginning(), known, context);
        admission = new Admission(context, source.perPartition());
        lost = LostOffsets.of(context.option(LostOffsets.KEY));
        String name = ClientSettings.group(source.settings());
        group = name == null ? null : new GroupOffsets(name, watch::admin, context);
        Consumers.open(id, context);
    }

    /** Has the brokers asked from now on, so that they have answered when the first batch is planned. */
    void begin() {
        watch.start();
    }

    /** How the group is told, or null if there is none. Any thread. */
    @Nullable
    GroupOffsets group() {
        return group;
    }

    @Override
    public Map<Object, Object> chosen() {
        if (!isNew || !firstAnswer()) {
            return Map.of(); // the first batch after it takes the places of partitions that nobody has read
        }
        Map<Object, Object> chosen = new LinkedHashMap<>();
        watch.seen().partitions().forEach((partition, now) -> {
            Place place = new Losses(context, lost).begin(now);
            places.put(partition, place);
            chosen.put(Place.key(partition), place.toData());
        });
        return chosen;
    }

    private boolean firstAnswer() {
        try {
            return watch.awaitFirst(FIRST_ANSWER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(
                    context.operator() + ": the start was interrupted while it waited for Kafka", e);
        }
    }

    @Override
    public void refresh() throws InterruptedException {
        watch.refresh();
    }

    @Override
    public void setRate(double recordsPerSecond) {
        admission.setRate(recordsPerSecond);
    }

    @Override
    public InputSlice next(BatchTime batch) {
        Seen now = watch.seenForABatch();
        Map<Object, @Nullable Object> positions = new LinkedHashMap<>();
        Map<TopicPartition, Long> waiting = new HashMap<>();
        Losses losses = new Losses(context, lost);
        now.partitions().forEach((partition, found) -> {
            Place place = places.get(partition);
            Place from = place == null ? losses.begin(found) : losses.check(partition, place, found);
            if (!from.equals(place)) {
                put(partition, from, positions);
            }
            waiting.put(partition, Math.max(0, found.end() - from.next()));
        });
        return slice(now, admission.admit(waiting), positions);
    }

    private InputSlice slice(
            Seen now, NavigableMap<TopicPartition, Long> admitted, Map<Object, @Nullable Object> positions) {
        List<Object> content = new ArrayList<>();
        content.add(KafkaRanges.FORMAT); // so that it is not empty before the brokers have answered
        List<String> words = new ArrayList<>();
        long records = 0;
        for (Map.Entry<TopicPartition, Long> each : admitted.entrySet()) {
            TopicPartition partition = each.getKey();
            Place from = Objects.requireNonNull(places.get(partition));
            Seen.Partition found = Objects.requireNonNull(now.partitions().get(partition));
            long until = from.next() + each.getValue();
            OffsetRange range = OffsetRange.create(partition, from.next(), until);
            content.add(new PlannedRange(range, from.topicId(), from.epoch()).toData());
            if (range.count() > 0) {
                put(partition, new Place(until, found.topicId(), found.epoch()), positions);
                words.add(partition + " " + from.next() + " to " + until + lag(found.end() - until));
                records += range.count();
            }
        }
        return new InputSlice(records == 0 ? 0 : -1, describe(words), content, positions);
    }

    private static String lag(long left) {
        return left == 0 ? "" : " (" + left + " left)";
    }

    private static String describe(List<String> words) {
        String some = String.join(", ", words.subList(0, Math.min(NAMES, words.size())));
        return words.size() > NAMES ? some + " and " + (words.size() - NAMES) + " more" : some;
    }

    private void put(TopicPartition partition, Place place, Map<Object, @Nullable Object> positions) {
        places.put(partition, place);
        positions.put(Place.key(partition), place.toData());
    }

    /** A batch of an earlier run may come before the first answer, and its topic may have been made again meanwhile. */
    @Override
    public PartitionedSource<ConsumerRecord<K, V>> read(InputSlice slice) {
        if (watch.seen().round() == 0) {
            firstAnswer();
        }
        Map<TopicPartition, Seen.Partition> now = watch.seen().partitions();
        Losses losses = new Losses(context, lost);
        List<PlannedRange> ranges = KafkaRanges.of(slice).stream()
                .map(range -> losses.check(range, now.get(range.partition())))
                .toList();
        List<List<String>> hosts = ranges.stream()
                .map(range -> {
                    Seen.Partition found = now.get(range.partition());
                    return source.location().hosts(range.partition(), found == null ? null : found.leader());
                })
                .toList();
        return new KafkaRanges<>(source.reading(id, context, lost), ranges, hosts);
    }

    @Override
    public void decided(InputSlice slice) {
        if (group == null || !source.commits()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
        for (PlannedRange range : KafkaRanges.of(slice)) {
            if (range.range().count() > 0) {
                ends.put(range.partition(), new OffsetAndMetadata(range.range().untilOffset()));
            }
        }
        group.commit(ends, null);
    }

    @Override
    public void close() {
        if (group != null && !watch.isInTrouble()) {
            group.awaitAnswers(LAST_COMMIT);
        }
        watch.close();
        Consumers.close(id);
        source.closed(this);
    }
}
