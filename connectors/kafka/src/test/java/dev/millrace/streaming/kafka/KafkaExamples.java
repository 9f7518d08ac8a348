/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.Tuple2;
import dev.millrace.rdd.TaskContext;
import dev.millrace.streaming.InputDStream;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The programs of docs/guide/kafka.md. */
final class KafkaExamples {
    private KafkaExamples() {}

    /** Counts words of a topic for ever. */
    static PairDStream<String, Long> wordCount(StreamingContext ssc, String servers) {
        return ssc.from(Kafka.topic("lines")
                        .servers(servers)
                        .group("word-count")
                        .value(StringDeserializer::new))
                .named("lines")
                .flatMapList(record -> List.of(record.value().split(" ")))
                .mapToPair(word -> Tuple2.of(word, 1L))
                .reduceByKey(Long::sum)
                .updateStateByKey(
                        StateType.of("totals", Long.class),
                        (counts, total) -> Optional.of(total.orElse(0L)
                                + counts.stream().mapToLong(Long::longValue).sum()));
    }

    /** The stream as programs for Spark make it; the group is told by the program. */
    static InputDStream<ConsumerRecord<String, String>> asInTheOriginal(StreamingContext ssc, String servers) {
        Map<String, Object> kafkaParams = new HashMap<>();
        kafkaParams.put("bootstrap.servers", servers);
        kafkaParams.put("key.deserializer", StringDeserializer.class);
        kafkaParams.put("value.deserializer", StringDeserializer.class);
        kafkaParams.put("group.id", "orders-app");
        kafkaParams.put("auto.offset.reset", "earliest");
        InputDStream<ConsumerRecord<String, String>> stream = KafkaUtils.createDirectStream(
                ssc,
                LocationStrategies.PreferConsistent(),
                ConsumerStrategies.<String, String>Subscribe(Set.of("orders"), kafkaParams));
        stream.foreachRDD(rdd -> {
            OffsetRange[] ranges = ((HasOffsetRanges) rdd.rdd()).offsetRanges();
            rdd.foreachPartition(records -> {
                OffsetRange range = ranges[TaskContext.get().partitionId()];
                System.out.println(range.topic() + " " + range.partition() + ": " + range.fromOffset() + " to "
                        + range.untilOffset());
            });
            ((CanCommitOffsets) stream.inputDStream()).commitAsync(ranges);
        });
        return stream;
    }

    /** Results and offsets in one transaction of a table of one's own, and read from there at the start. */
    static void offsetsInATable(StreamingContext ssc, String servers, String url) throws SQLException {
        InputDStream<ConsumerRecord<String, String>> orders = KafkaUtils.createDirectStream(
                ssc,
                LocationStrategies.PreferConsistent(),
                ConsumerStrategies.<String, String>Assign(offsets(url).keySet(), settings(servers), offsets(url)));
        orders.foreachRDD(rdd -> {
            OffsetRange[] ranges = ((HasOffsetRanges) rdd.rdd()).offsetRanges();
            long count = rdd.count();
            try (Connection database = DriverManager.getConnection(url)) {
                database.setAutoCommit(false);
                add(database, count);
                for (OffsetRange range : ranges) {
                    move(database, range);
                }
                database.commit();
            }
        });
    }

    private static void add(Connection database, long count) throws SQLException {
        try (PreparedStatement total = database.prepareStatement("UPDATE total SET orders = orders + ?")) {
            total.setLong(1, count);
            total.executeUpdate();
        }
    }

    /** Fails if somebody else has moved it, and the transaction with it. */
    private static void move(Connection database, OffsetRange range) throws SQLException {
        try (PreparedStatement offset =
                database.prepareStatement("UPDATE offsets SET next = ? WHERE topic = ? AND number = ? AND next = ?")) {
            offset.setLong(1, range.untilOffset());
            offset.setString(2, range.topic());
            offset.setInt(3, range.partition());
            offset.setLong(4, range.fromOffset());
            if (offset.executeUpdate() != 1) {
                throw new SQLException("the offset of " + range + " was moved by another program");
            }
        }
    }

    private static Map<TopicPartition, Long> offsets(String url) throws SQLException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try (Connection database = DriverManager.getConnection(url);
                ResultSet rows = database.createStatement().executeQuery("SELECT topic, number, next FROM offsets")) {
            while (rows.next()) {
                offsets.put(new TopicPartition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
            }
        }
        return offsets;
    }

    private static Map<String, Object> settings(String servers) {
        return Map.of(
                "bootstrap.servers", servers,
                "key.deserializer", StringDeserializer.class,
                "value.deserializer", StringDeserializer.class);
    }

    /** Totals into a topic, exactly once, and beside that once or more. */
    static void outputs(PairDStream<String, Long> counts) {
        counts.to(Kafka.to("totals")
                        .servers("localhost:9092")
                        .key(StringSerializer::new)
                        .value(LongSerializer::new))
                .named("totals");
        counts.foreachBatch(Kafka.to("totals")
                .servers("localhost:9092")
                .key(StringSerializer::new)
                .value(LongSerializer::new)
                .atLeastOnce());
    }

    /** An order as JSON. */
    record Order(String id, String customer, long cents) {}

    /** Reads JSON by Jackson. */
    static final class JsonDeserializer<T> implements Deserializer<T> {
        private static final ObjectMapper JSON = new ObjectMapper();

        private final Class<T> type;

        JsonDeserializer(Class<T> type) {
            this.type = type;
        }

        @Override
        public T deserialize(String topic, byte[] data) {
            try {
                return JSON.readValue(data, type);
            } catch (IOException e) {
                throw new SerializationException(e.getMessage(), e);
            }
        }
    }

    /** Orders with the names of their customers, which are read from a table at the start. */
    static PairDStream<String, Long> enriched(StreamingContext ssc, String servers, Map<String, String> names) {
        return ssc.from(Kafka.topic("orders-json")
                        .servers(servers)
                        .with("auto.offset.reset", "earliest")
                        .value(() -> new JsonDeserializer<>(Order.class)))
                .named("orders")
                .mapToPair(record -> Tuple2.of(
                        names.getOrDefault(record.value().customer(), "unknown"),
                        record.value().cents()));
    }

    static byte[] json(Order order) {
        try {
            return new ObjectMapper().writeValueAsBytes(order);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
