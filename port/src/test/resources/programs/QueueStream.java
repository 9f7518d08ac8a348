/* SPDX-License-Identifier: Apache-2.0 */
package programs;

import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Queue;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.streaming.Seconds;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import scala.Tuple2;

/** Counts the numbers of a queue of RDDs by their last digit, and groups the large ones. */
public final class QueueStream {
    private QueueStream() {}

    public static void main(String[] args) throws Exception {
        SparkConf conf = new SparkConf().setAppName("queue stream").setMaster("local[2]");
        JavaStreamingContext ssc = new JavaStreamingContext(conf, Seconds.apply(1));
        Queue<JavaRDD<Integer>> queue = new LinkedList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            numbers.add(i);
        }
        for (int i = 0; i < 3; i++) {
            queue.add(ssc.sparkContext().parallelize(numbers, 4));
        }
        JavaDStream<Integer> stream = ssc.queueStream(queue);
        JavaPairDStream<Integer, Integer> byDigit = stream.mapToPair(i -> new Tuple2<>(i % 10, 1));
        byDigit.reduceByKey((a, b) -> a + b).print();
        JavaPairDStream<Integer, Iterable<Integer>> groups =
                stream.filter(i -> i > 995).mapToPair(i -> new Tuple2<>(i % 2, i)).groupByKey();
        groups.mapValues(group -> {
                    int sum = 0;
                    for (int i : group) {
                        sum += i;
                    }
                    return sum;
                })
                .print();
        ssc.start();
        ssc.awaitTermination();
    }
}
