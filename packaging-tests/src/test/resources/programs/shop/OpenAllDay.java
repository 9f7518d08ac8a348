/* SPDX-License-Identifier: Apache-2.0 */
package shop;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A program that ends when its process is told to end. */
public class OpenAllDay {
    public static void main(String[] args) throws InterruptedException {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .setAppName("shop")
                .set("millrace.log.summaryInterval", "100ms");
        StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(20));
        ssc.queueStream(new ConcurrentLinkedQueue<RDD<String>>()).foreachRDD(rdd -> {});
        ssc.start();
        ssc.awaitTermination();
    }
}
