/* SPDX-License-Identifier: Apache-2.0 */
package programs;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/** Adds the country of its customer to each click, by a table that goes to all tasks. Usage: EnrichedClicks HOST PORT TABLE */
public final class EnrichedClicks {
    /** A click with what is known of it. */
    public static class Click implements Serializable {
        private final String customer;
        private final String country;

        Click(String customer, String country) {
            this.customer = customer;
            this.country = country;
        }

        public String getCountry() {
            return country;
        }

        @Override
        public String toString() {
            return customer + " of " + country;
        }
    }

    public static void main(String[] args) throws Exception {
        SparkConf conf = new SparkConf().setAppName("enriched clicks");
        JavaSparkContext sc = new JavaSparkContext(conf);
        JavaStreamingContext ssc = new JavaStreamingContext(sc, Durations.milliseconds(500));
        Broadcast<Map<String, String>> countries = sc.broadcast(table(args[2]));
        LongAccumulator unknown = sc.sc().longAccumulator("unknown customers");

        JavaDStream<Click> clicks = ssc.socketTextStream(args[0], Integer.parseInt(args[1]), StorageLevel.MEMORY_ONLY())
                .map(customer -> {
                    String country = countries.value().get(customer);
                    if (country == null) {
                        unknown.add(1L);
                        country = "nowhere";
                    }
                    return new Click(customer, country);
                });
        JavaPairDStream<String, Long> perCountry = clicks.mapToPair(click -> new Tuple2<>(click.getCountry(), 1L))
                .reduceByKeyAndWindow((a, b) -> a + b, Durations.minutes(10), Durations.milliseconds(500));
        perCountry.foreachRDD((rdd, time) -> report(rdd.collectAsMap(), time, unknown.value()));
        ssc.start();
        ssc.awaitTermination();
    }

    private static void report(Map<String, Long> perCountry, Time time, Long unknown) {
        if (time.milliseconds() > 0) {
            System.out.println("clicks " + new java.util.TreeMap<>(perCountry) + ", unknown " + unknown);
        }
    }

    private static Map<String, String> table(String file) throws IOException {
        Map<String, String> table = new HashMap<>();
        for (String line : Files.readAllLines(Paths.get(file))) {
            String[] parts = line.split(",");
            table.put(parts[0], parts[1]);
        }
        return table;
    }
}
