/* SPDX-License-Identifier: Apache-2.0 */
package shop;

import dev.millrace.MillraceConf;
import dev.millrace.error.BatchFailedException;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A program whose first batch fails. */
public class Shop {
    public static void main(String[] args) throws InterruptedException {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .setAppName("shop")
                .set("millrace.task.maxAttempts", "1");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(20))) {
            ssc.millraceContext().setLogLevel("INFO");
            ConcurrentLinkedQueue<RDD<String>> orders = new ConcurrentLinkedQueue<>();
            orders.add(ssc.millraceContext().parallelize(List.of("1", "x"), 1));
            ssc.queueStream(orders)
                    .map(Shop::parse) // the line of the operator
                    .foreachRDD(rdd -> {
                        rdd.count();
                    });
            ssc.start();
            ssc.awaitTermination();
        } catch (BatchFailedException e) {
            System.out.println("main caught the failure");
        }
    }

    private static int parse(String order) {
        return Integer.parseInt(order);
    }
}
