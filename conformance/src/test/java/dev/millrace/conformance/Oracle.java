/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.Optional;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.util.ManualClock;
import scala.Tuple2;

/** {@link OracleTest}'s program on real Spark Streaming, stepped by its manual clock. */
final class Oracle {
    /** Static, because Spark Streaming copies functions when it writes its checkpoint. */
    private static final Map<String, BlockingQueue<List<String>>> ARRIVED = new ConcurrentHashMap<>();

    private Oracle() {}

    /** The sorted records of each batch, by output. */
    static Map<String, List<List<String>>> run(List<List<Integer>> batches, Path checkpoint) throws Exception {
        SparkConf conf = new SparkConf()
                .setMaster("local[2]")
                .setAppName("oracle")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.streaming.clock", ManualClock.class.getName());
        try (JavaStreamingContext ssc = new JavaStreamingContext(conf, Durations.seconds(1))) {
            ssc.checkpoint(checkpoint.toString());
            build(ssc, batches);
            ssc.start();
            ManualClock clock = (ManualClock) ssc.ssc().scheduler().clock();
            Map<String, List<List<String>>> seen = new java.util.TreeMap<>();
            for (int i = 0; i < batches.size(); i++) {
                clock.advance(1000);
                for (String output : OracleTest.OUTPUTS) {
                    seen.computeIfAbsent(output, name -> new ArrayList<>())
                            .add(Objects.requireNonNull(ARRIVED.get(output).poll(60, TimeUnit.SECONDS), output));
                }
            }
            ssc.stop(true, false);
            return seen;
        }
    }

    private static void build(JavaStreamingContext ssc, List<List<Integer>> batches) {
        Queue<JavaRDD<Integer>> queue = new ArrayDeque<>();
        batches.forEach(batch -> queue.add(ssc.sparkContext().parallelize(batch, 3)));
        JavaPairDStream<Integer, Integer> counts =
                ssc.queueStream(queue).mapToPair(n -> new Tuple2<>(n % 7, n)).reduceByKey(Integer::sum);
        show("counts", counts);
        show("window", counts.window(Durations.seconds(3)));
        show("slide", counts.window(Durations.seconds(4), Durations.seconds(1)).reduceByKey(Integer::sum));
        show("state", counts.<Integer>updateStateByKey((values, before) -> update(values, before)));
    }

    private static Optional<Integer> update(List<Integer> values, Optional<Integer> before) {
        java.util.Optional<Integer> after = OracleTest.update(
                values, before.isPresent() ? java.util.Optional.of(before.get()) : java.util.Optional.empty());
        return after.isPresent() ? Optional.of(after.get()) : Optional.empty();
    }

    private static void show(String name, JavaPairDStream<Integer, Integer> stream) {
        ARRIVED.put(name, new LinkedBlockingQueue<>());
        stream.foreachRDD(rdd -> {
            String[] records =
                    rdd.collect().stream().map(Tuple2::toString).sorted().toArray(String[]::new);
            ARRIVED.get(name).add(Arrays.asList(records));
        });
    }
}
