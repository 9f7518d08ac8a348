/* SPDX-License-Identifier: Apache-2.0 */
package programs;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.Optional;
import org.apache.spark.api.java.StorageLevels;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.Function3;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.State;
import org.apache.spark.streaming.StateSpec;
import org.apache.spark.streaming.api.java.*;
import scala.Tuple2;

/** Keeps a total for each word, in both ways that there are. Usage: StatefulWordCount HOST PORT CHECKPOINT */
public class StatefulWordCount {
    public static void main(String[] args) throws Exception {
        SparkConf conf = new SparkConf().setAppName("stateful word count");
        JavaStreamingContext ssc = new JavaStreamingContext(conf, Durations.milliseconds(500));
        ssc.checkpoint(args[2]);

        List<Tuple2<String, Integer>> known = Arrays.asList(new Tuple2<>("hello", 10), new Tuple2<>("world", 1));
        JavaPairRDD<String, Integer> initial = ssc.sparkContext().parallelizePairs(known);

        JavaReceiverInputDStream<String> lines =
                ssc.socketTextStream(args[0], Integer.parseInt(args[1]), StorageLevels.MEMORY_AND_DISK_SER_2);
        JavaPairDStream<String, Integer> ones = lines.flatMap(line -> Arrays.asList(line.split(" ")).iterator())
                .mapToPair(word -> new Tuple2<>(word, 1));

        Function3<String, Optional<Integer>, State<Integer>, Tuple2<String, Integer>> add = (word, one, state) -> {
            int sum = one.orElse(0) + (state.exists() ? state.get() : 0);
            Tuple2<String, Integer> total = new Tuple2<>(word, sum);
            state.update(sum);
            return total;
        };
        JavaMapWithStateDStream<String, Integer, Integer, Tuple2<String, Integer>> mapped =
                ones.mapWithState(StateSpec.function(add).initialState(initial));
        mapped.print();

        Function2<List<Integer>, Optional<Integer>, Optional<Integer>> update = (values, state) -> {
            Integer sum = state.or(0);
            for (Integer value : values) {
                sum += value;
            }
            return Optional.fromNullable(sum);
        };
        JavaPairDStream<String, Integer> updated = ones.updateStateByKey(update);
        updated.foreachRDD((rdd, time) -> {
            for (Tuple2<String, Integer> total : rdd.collect()) {
                System.out.println("in all: " + total._1 + " " + total._2 + " at " + time.milliseconds());
            }
        });

        ssc.start();
        ssc.awaitTermination();
    }
}
