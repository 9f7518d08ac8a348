/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.MillraceConf;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;

/** A process that counts from topic to topic until it is killed. It prints each step of the durable path that it comes to. */
final class KilledProgram {
    private KilledProgram() {}

    /** @param args servers, the topic to read, the topic to write, the checkpoint, the number of writers */
    public static void main(String[] args) throws InterruptedException {
        CrashPoint.observe(point -> {
            System.out.println(point);
            System.out.flush();
        });
        MillraceConf conf = new MillraceConf().setMaster("local[2]").setAppName("killed");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(100))) {
            ssc.checkpoint(args[3]);
            CountedTopic.build(ssc, args[0], args[1], args[2], Integer.parseInt(args[4]));
            ssc.start();
            ssc.awaitTermination();
        }
    }
}
