/* SPDX-License-Identifier: Apache-2.0 */
package programs;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.JavaInputDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.kafka010.ConsumerStrategies;
import org.apache.spark.streaming.kafka010.HasOffsetRanges;
import org.apache.spark.streaming.kafka010.KafkaUtils;
import org.apache.spark.streaming.kafka010.LocationStrategies;
import org.apache.spark.streaming.kafka010.OffsetRange;
import scala.Tuple2;

/**
 * Adds up orders by customer in a database, with the offsets in the same transaction, so that each order counts once. Usage: OrdersToDatabase
 * BROKERS TOPIC JDBC-URL
 */
public final class OrdersToDatabase {
    /** An order, as it stands in a record: customer;cents. */
    static class Order implements Serializable {
        final String customer;
        final long cents;

        Order(String line) {
            String[] parts = line.split(";");
            customer = parts[0];
            cents = Long.parseLong(parts[1]);
        }
    }

    public static void main(String[] args) throws Exception {
        String topic = args[1];
        String url = args[2];
        SparkConf conf = new SparkConf().setAppName("orders to database").set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
        conf.registerKryoClasses(new Class<?>[] {Order.class});
        conf.set("spark.streaming.backpressure.enabled", "true");
        conf.set("spark.streaming.stopGracefullyOnShutdown", "true");
        JavaStreamingContext jssc = new JavaStreamingContext(conf, Durations.milliseconds(500));

        Map<String, Object> params = new HashMap<>();
        params.put("bootstrap.servers", args[0]);
        params.put("group.id", "orders");
        params.put("enable.auto.commit", false);
        params.put("key.deserializer", StringDeserializer.class);
        params.put("value.deserializer", StringDeserializer.class);
        Map<TopicPartition, Long> offsets = offsets(url, topic);
        JavaInputDStream<ConsumerRecord<String, String>> stream = KafkaUtils.createDirectStream(
                jssc,
                LocationStrategies.PreferConsistent(),
                ConsumerStrategies.<String, String>Assign(offsets.keySet(), params, offsets));

        stream.foreachRDD(rdd -> {
            OffsetRange[] ranges = ((HasOffsetRanges) rdd.rdd()).offsetRanges();
            JavaPairRDD<String, Long> sums = rdd.map(record -> new Order(record.value()))
                    .mapToPair(order -> new Tuple2<>(order.customer, order.cents))
                    .reduceByKey(Long::sum);
            List<Tuple2<String, Long>> rows = sums.collect();
            try (Connection database = DriverManager.getConnection(url)) {
                database.setAutoCommit(false);
                for (Tuple2<String, Long> row : rows) {
                    add(database, row);
                }
                for (OffsetRange range : ranges) {
                    move(database, range);
                }
                database.commit();
            }
            System.out.println("in the database up to " + ranges[0].untilOffset());
        });
        jssc.start();
        jssc.awaitTermination();
    }

    private static Map<TopicPartition, Long> offsets(String url, String topic) throws SQLException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try (Connection database = DriverManager.getConnection(url);
                PreparedStatement query = database.prepareStatement("select part, next from offsets where topic = ?")) {
            query.setString(1, topic);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    offsets.put(new TopicPartition(topic, rows.getInt(1)), rows.getLong(2));
                }
            }
        }
        return offsets;
    }

    private static void add(Connection database, Tuple2<String, Long> row) throws SQLException {
        try (PreparedStatement update = database.prepareStatement("update totals set cents = cents + ? where customer = ?")) {
            update.setLong(1, row._2());
            update.setString(2, row._1());
            if (update.executeUpdate() == 0) {
                try (PreparedStatement insert = database.prepareStatement("insert into totals values (?, ?)")) {
                    insert.setString(1, row._1());
                    insert.setLong(2, row._2());
                    insert.executeUpdate();
                }
            }
        }
    }

    private static void move(Connection database, OffsetRange range) throws SQLException {
        String sql = "update offsets set next = ? where topic = ? and part = ? and next = ?";
        try (PreparedStatement update = database.prepareStatement(sql)) {
            update.setLong(1, range.untilOffset());
            update.setString(2, range.topic());
            update.setInt(3, range.partition());
            update.setLong(4, range.fromOffset());
            if (update.executeUpdate() != 1) {
                throw new IllegalStateException("somebody else has moved " + range);
            }
        }
    }
}
