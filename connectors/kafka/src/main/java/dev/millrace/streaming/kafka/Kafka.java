/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.rdd.RDD;
import dev.millrace.spi.Connector;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.StreamingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The short forms. For {@code ssc.from(...)}: {@code Kafka.topic("orders").servers("localhost:9092").group("billing")
 * .key(StringDeserializer::new).value(StringDeserializer::new)}; for {@code stream.to(...)}: {@code Kafka.to("totals")
 * .servers("localhost:9092").key(StringSerializer::new).value(LongSerializer::new)}. Keys and values are bytes until it is said what they
 * are.
 */
@Connector
public final class Kafka {
    private Kafka() {}

    /** Records of topics, with all their partitions. */
    public static KafkaSource<byte[], byte[]> topic(String... topics) {
        return source(Subscription.of(List.of(topics)));
    }

    /** Records of the topics whose whole name matches, also of those that are made later. */
    public static KafkaSource<byte[], byte[]> topicsLike(Pattern pattern) {
        return source(Subscription.of(pattern));
    }

    /**
     * The values of a topic as lines of text, from its beginning in a program without a checkpoint; what {@code millrace wordcount --kafka}
     * counts. A batch without records has no partitions.
     *
     * @param servers such as {@code localhost:9092}
     */
    public static DStream<String> lines(StreamingContext ssc, String servers, String topic) {
        RDD<ConsumerRecord<byte[], String>> nothing = ssc.millraceContext().emptyRDD();
        return ssc.from(topic(topic)
                        .servers(servers)
                        .with(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest")
                        .value(StringDeserializer::new))
                .named("kafka")
                .transform(records -> hasRecords(records) ? records : nothing)
                .filter(record -> record.value() != null)
                .map(ConsumerRecord::value);
    }

    private static boolean hasRecords(RDD<?> records) {
        return Arrays.stream(HasOffsetRanges.of(records)).anyMatch(range -> range.count() > 0);
    }

    private static KafkaSource<byte[], byte[]> source(Subscription subscription) {
        return new KafkaSource<>(
                subscription,
                Map.of(),
                new Decoding<>(ByteArrayDeserializer::new, ByteArrayDeserializer::new),
                ConsumerStrategy.Beginning.OF_THE_GROUP,
                LocationStrategies.PreferConsistent(),
                null,
                true);
    }

    /** An output into a topic, exactly once, of pairs of key and value. */
    public static KafkaOutput<byte[], byte[]> to(String topic) {
        return new KafkaOutput<>(
                OutputSettings.of(topic), ByteArraySerializer::new, ByteArraySerializer::new, Instruments.REAL);
    }
}
