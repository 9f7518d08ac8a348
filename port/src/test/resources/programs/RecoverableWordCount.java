/* SPDX-License-Identifier: Apache-2.0 */
package programs;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function0;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaReceiverInputDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/** The words to leave out, made when first they are needed, as a broadcast does not come back from a checkpoint. */
class LeftOut {
    private static volatile Broadcast<List<String>> instance = null;

    static Broadcast<List<String>> getInstance(JavaSparkContext jsc) {
        if (instance == null) {
            synchronized (LeftOut.class) {
                if (instance == null) {
                    instance = jsc.broadcast(Arrays.asList("a", "the"));
                }
            }
        }
        return instance;
    }
}

/** Counts the words that were left out. */
class LeftOutCounter {
    private static volatile LongAccumulator instance = null;

    static LongAccumulator getInstance(JavaSparkContext jsc) {
        if (instance == null) {
            synchronized (LeftOutCounter.class) {
                if (instance == null) {
                    instance = jsc.sc().longAccumulator("words left out");
                }
            }
        }
        return instance;
    }
}

/** Goes on where it was. Usage: RecoverableWordCount HOST PORT CHECKPOINT OUTPUT */
public final class RecoverableWordCount {
    private static JavaStreamingContext createContext(String host, int port, String checkpoint, String output) {
        System.out.println("creating a new context");
        final Path out = Paths.get(output);
        File old = out.toFile();
        if (old.exists()) {
            old.delete();
        }
        SparkConf conf = new SparkConf().setAppName("recoverable word count");
        JavaStreamingContext ssc = new JavaStreamingContext(conf, Durations.milliseconds(500));
        ssc.checkpoint(checkpoint);
        JavaReceiverInputDStream<String> lines = ssc.socketTextStream(host, port);
        JavaPairDStream<String, Integer> counts = lines.flatMap(line -> Arrays.asList(line.split(" ")).iterator())
                .mapToPair(word -> new Tuple2<>(word, 1))
                .reduceByKey((a, b) -> a + b);
        counts.foreachRDD((rdd, time) -> {
            Broadcast<List<String>> leftOut = LeftOut.getInstance(new JavaSparkContext(rdd.context()));
            LongAccumulator counter = LeftOutCounter.getInstance(new JavaSparkContext(rdd.context()));
            List<Tuple2<String, Integer>> kept = rdd.filter(count -> {
                        if (leftOut.value().contains(count._1())) {
                            counter.add(count._2());
                            return false;
                        }
                        return true;
                    })
                    .collect();
            if (kept.isEmpty()) {
                return;
            }
            String text = "at " + time + " " + kept + ", left out " + counter.value() + System.lineSeparator();
            Files.write(out, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            System.out.println(text);
        });
        return ssc;
    }

    public static void main(String[] args) throws Exception {
        String host = args[0];
        int port = Integer.parseInt(args[1]);
        String checkpoint = args[2];
        String output = args[3];
        Function0<JavaStreamingContext> create = () -> createContext(host, port, checkpoint, output);
        JavaStreamingContext ssc = JavaStreamingContext.getOrCreate(checkpoint, create);
        ssc.start();
        ssc.awaitTermination();
    }
}
