/* SPDX-License-Identifier: Apache-2.0 */
package programs;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.*;
import org.apache.spark.streaming.kafka010.CanCommitOffsets;
import org.apache.spark.streaming.kafka010.ConsumerStrategies;
import org.apache.spark.streaming.kafka010.HasOffsetRanges;
import org.apache.spark.streaming.kafka010.KafkaUtils;
import org.apache.spark.streaming.kafka010.LocationStrategies;
import org.apache.spark.streaming.kafka010.OffsetRange;
import scala.Tuple2;

/** Counts the words of topics, and commits offsets. Usage: DirectKafkaWordCount BROKERS GROUP TOPICS */
public final class DirectKafkaWordCount {
    public static void main(String[] args) throws Exception {
        SparkConf conf = new SparkConf().setAppName("direct Kafka word count");
        conf.set("spark.streaming.kafka.maxRatePerPartition", "10000");
        conf.set("spark.streaming.kafka.consumer.cache.enabled", "false");
        JavaStreamingContext jssc = new JavaStreamingContext(conf, Durations.milliseconds(500));
        Set<String> topics = new HashSet<>(Arrays.asList(args[2].split(",")));
        Map<String, Object> params = new HashMap<>();
        params.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
        params.put(ConsumerConfig.GROUP_ID_CONFIG, args[1]);
        params.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        params.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        params.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);

        JavaInputDStream<ConsumerRecord<String, String>> messages = KafkaUtils.createDirectStream(
                jssc, LocationStrategies.PreferConsistent(), ConsumerStrategies.Subscribe(topics, params));
        messages.foreachRDD(rdd -> {
            OffsetRange[] ranges = ((HasOffsetRanges) rdd.rdd()).offsetRanges();
            rdd.foreachPartition(records -> {
                OffsetRange range = ranges[TaskContext.getPartitionId()];
                if (range.count() > 0) {
                    System.out.println("read " + range.topic() + " " + range.partition() + " to " + range.untilOffset());
                }
            });
            ((CanCommitOffsets) messages.inputDStream()).commitAsync(ranges);
        });
        JavaDStream<String> lines = messages.map(ConsumerRecord::value);
        JavaPairDStream<String, Integer> counts = lines.flatMap(line -> Arrays.asList(line.split(" ")).iterator())
                .mapToPair(word -> new Tuple2<>(word, 1))
                .reduceByKey((a, b) -> a + b);
        counts.print();
        jssc.start();
        jssc.awaitTermination();
    }
}
