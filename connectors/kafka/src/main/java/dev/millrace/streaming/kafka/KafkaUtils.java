/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.MillraceContext;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.Connector;
import dev.millrace.streaming.InputDStream;
import dev.millrace.streaming.StreamingContext;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Streams and RDDs of Kafka, as programs for the original make them. {@link Kafka} is the short form. */
@Connector
public final class KafkaUtils {
    private KafkaUtils() {}

    /**
     * A stream of records, read by offsets. The group is told nothing unless the program does it, by {@link CanCommitOffsets}.
     *
     * @param location where a cluster engine reads best
     */
    public static <K, V> InputDStream<ConsumerRecord<K, V>> createDirectStream(
            StreamingContext ssc, LocationStrategy location, ConsumerStrategy<K, V> strategy) {
        return ssc.from(source(location, strategy, null));
    }

    /** The same with limits that differ from partition to partition. */
    public static <K, V> InputDStream<ConsumerRecord<K, V>> createDirectStream(
            StreamingContext ssc,
            LocationStrategy location,
            ConsumerStrategy<K, V> strategy,
            PerPartitionConfig limits) {
        return ssc.from(source(location, strategy, limits));
    }

    private static <K, V> KafkaSource<K, V> source(
            LocationStrategy location, ConsumerStrategy<K, V> strategy, @Nullable PerPartitionConfig limits) {
        return new KafkaSource<>(
                strategy.subscription(),
                strategy.settings(),
                Decoding.named(strategy.settings()),
                strategy.beginning(),
                location,
                limits,
                false);
    }

    /**
     * The records of ranges, each a partition; read anew by each action.
     *
     * @param location where a cluster engine reads best; leaders are not asked for
     */
    public static <K, V> RDD<ConsumerRecord<K, V>> createRDD(
            MillraceContext context, Map<String, Object> kafkaParams, OffsetRange[] ranges, LocationStrategy location) {
        List<PlannedRange> planned =
                Stream.of(ranges).map(range -> new PlannedRange(range, "", -1)).toList();
        List<List<String>> hosts = planned.stream()
                .map(range -> location.hosts(range.partition(), null))
                .toList();
        Decoding<K, V> decoding = Decoding.named(kafkaParams);
        return context.from(new KafkaRanges<>(Reading.once(kafkaParams, decoding), planned, hosts));
    }
}
