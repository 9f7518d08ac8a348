/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.spi.Source;
import dev.millrace.spi.SourceContext;
import java.time.Instant;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Records of Kafka, by ranges of offsets: for {@code ssc.from(...)}, made by {@link Kafka}. Each method gives a source that differs from
 * this one in one thing. A partition of a topic is a partition of each batch's RDD; a batch that runs again has the same records.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class KafkaSource<K, V> implements Source<ConsumerRecord<K, V>>, CanCommitOffsets {
    private final Subscription subscription;
    private final Map<String, Object> settings;
    private final Decoding<K, V> decoding;
    private final ConsumerStrategy.Beginning beginning;
    private final LocationStrategy location;
    private final @Nullable PerPartitionConfig perPartition;
    private final boolean commits;
    private final Deque<KafkaCursor<K, V>> open = new ConcurrentLinkedDeque<>(); // of each stream that has this source

    KafkaSource(
            Subscription subscription,
            Map<String, Object> settings,
            Decoding<K, V> decoding,
            ConsumerStrategy.Beginning beginning,
            LocationStrategy location,
            @Nullable PerPartitionConfig perPartition,
            boolean commits) {
        this.subscription = subscription;
        this.settings = Map.copyOf(settings);
        this.decoding = decoding;
        this.beginning = beginning;
        this.location = location;
        this.perPartition = perPartition;
        this.commits = commits;
    }

    /** Reads from these brokers, such as {@code a:9092,b:9092}; the same as the setting {@code bootstrap.servers}. */
    public KafkaSource<K, V> servers(String servers) {
        return with(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    }

    /**
     * Begins, without a checkpoint, where this consumer group is, and tells it how far batches are; the same as the setting {@code
     * group.id}. The program is no member of it, so a group has room for one program only.
     */
    public KafkaSource<K, V> group(String id) {
        return with(ConsumerConfig.GROUP_ID_CONFIG, id);
    }

    /** Sets one of the settings of a Kafka consumer, such as {@code isolation.level} or {@code security.protocol}. */
    public KafkaSource<K, V> with(String setting, Object value) {
        Map<String, Object> more = new HashMap<>(settings);
        more.put(setting, value);
        return new KafkaSource<>(subscription, more, decoding, beginning, location, perPartition, commits);
    }

    /** Makes keys by a deserializer, such as {@code StringDeserializer::new}. */
    public <T> KafkaSource<T, V> key(DeserializerSupplier<T> deserializer) {
        return decoding(new Decoding<>(deserializer, decoding.value()));
    }

    /** Makes keys by instances of a class, such as {@code StringDeserializer.class}. */
    public <T> KafkaSource<T, V> key(Class<? extends Deserializer<T>> deserializer) {
        return key(Decoding.<T>of(deserializer));
    }

    /** Makes values by a deserializer, such as {@code () -> new JsonDeserializer<>(Order.class)}. */
    public <T> KafkaSource<K, T> value(DeserializerSupplier<T> deserializer) {
        return decoding(new Decoding<>(decoding.key(), deserializer));
    }

    /** Makes values by instances of a class, such as {@code StringDeserializer.class}. */
    public <T> KafkaSource<K, T> value(Class<? extends Deserializer<T>> deserializer) {
        return value(Decoding.<T>of(deserializer));
    }

    private <A, B> KafkaSource<A, B> decoding(Decoding<A, B> other) {
        return new KafkaSource<>(subscription, settings, other, beginning, location, perPartition, commits);
    }

    /**
     * Begins at these offsets in a program without a checkpoint; partitions that are not among them as the group says.
     *
     * @throws IllegalArgumentException if one of them is less than 0
     */
    public KafkaSource<K, V> startingAt(Map<TopicPartition, Long> offsets) {
        return beginning(new ConsumerStrategy.Beginning(Map.copyOf(offsets), beginning.timestamp()));
    }

    /**
     * Begins, in a program without a checkpoint, at the first record of each partition that is not older than a time, or at the end if
     * there is none.
     */
    public KafkaSource<K, V> startingAt(Instant time) {
        return beginning(new ConsumerStrategy.Beginning(beginning.offsets(), time.toEpochMilli()));
    }

    private KafkaSource<K, V> beginning(ConsumerStrategy.Beginning other) {
        return new KafkaSource<>(subscription, settings, decoding, other, location, perPartition, commits);
    }

    /** Where a cluster engine reads partitions best; where it likes by default. */
    public KafkaSource<K, V> location(LocationStrategy strategy) {
        return new KafkaSource<>(subscription, settings, decoding, beginning, strategy, perPartition, commits);
    }

    /** Limits that differ from partition to partition. */
    public KafkaSource<K, V> limits(PerPartitionConfig limits) {
        return new KafkaSource<>(subscription, settings, decoding, beginning, location, limits, commits);
    }

    /** Whether the group, if one is set, is told of each batch that is complete; it is by default. */
    public KafkaSource<K, V> commits(boolean tells) {
        return new KafkaSource<>(subscription, settings, decoding, beginning, location, perPartition, tells);
    }

    Subscription subscription() {
        return subscription;
    }

    Map<String, Object> settings() {
        return settings;
    }

    ConsumerStrategy.Beginning beginning() {
        return beginning;
    }

    LocationStrategy location() {
        return location;
    }

    @Nullable
    PerPartitionConfig perPartition() {
        return perPartition;
    }

    boolean commits() {
        return commits;
    }

    Reading<K, V> reading(String id, SourceContext context, LostOffsets lost) {
        return Reading.of(id, settings, decoding, context, lost);
    }

    @Override
    public String description() {
        return subscription + " of Kafka at " + ClientSettings.servers(settings);
    }

    @Override
    public boolean isOwn(Map<Object, Object> position) {
        return Place.isOwn(position);
    }

    @Override
    public Cursor<ConsumerRecord<K, V>> open(@Nullable Map<Object, Object> position) {
        throw new UnsupportedOperationException("a source of Kafka is opened in a program, which ssc.from(...) does");
    }

    @Override
    public Cursor<ConsumerRecord<K, V>> open(@Nullable Map<Object, Object> position, SourceContext context) {
        if (ClientSettings.servers(settings).isEmpty()) {
            throw new IllegalArgumentException(
                    context.operator()
                            + " does not say which brokers to read from; add servers(\"HOST:PORT\"), or the setting bootstrap.servers");
        }
        ClientSettings.check(settings, context.operator());
        decoding.check(settings, context.operator());
        KafkaCursor<K, V> opened = new KafkaCursor<>(this, position, context);
        open.addFirst(opened);
        opened.begin();
        return opened;
    }

    void closed(KafkaCursor<K, V> cursor) {
        open.remove(cursor);
    }

    @Override
    public void commitAsync(OffsetRange[] offsetRanges, @Nullable OffsetCommitCallback callback) {
        KafkaCursor<K, V> opened = open.peekFirst(); // the group is the same of all
        if (opened == null) {
            throw new IllegalStateException(
                    "commitAsync before the program was started, or after it has stopped; call it in an output of the stream");
        }
        GroupOffsets group = opened.group();
        if (group == null) {
            throw new IllegalStateException("commitAsync without a consumer group to tell; set group.id");
        }
        Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
        for (OffsetRange range : offsetRanges) {
            ends.put(range.topicPartition(), new OffsetAndMetadata(range.untilOffset()));
        }
        group.commit(ends, callback);
    }
}
