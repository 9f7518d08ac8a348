/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.rdd.StorageLevels;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.receiver.Receiver;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Receives a hundred numbers, tells standard output, and waits for somebody to end it, or ends itself in an output. */
final class EndingProgram {
    static final String STORED = "stored";
    static final String EXIT_IN_OUTPUT = "millrace.crash.exitInOutput";
    static final int NUMBERS = 100;
    static final int OWN_EXIT = 3;

    private EndingProgram() {}

    private static final class Numbers extends Receiver<Integer> {
        Numbers() {
            super(StorageLevel.MEMORY_AND_DISK_SER());
        }

        @Override
        protected void run() throws InterruptedException {
            for (int i = 0; i < NUMBERS; i++) {
                store(i);
            }
            System.out.println(STORED);
            new CountDownLatch(1).await();
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        Workplace work = new Workplace(Path.of(arguments[0]));
        boolean exits = Boolean.getBoolean(EXIT_IN_OUTPUT);
        MillraceConf conf = new MillraceConf().setMaster("local[2]");
        for (int i = 1; i < arguments.length; i += 2) {
            conf.set(arguments[i], arguments[i + 1]);
        }
        StreamingContext streaming =
                new StreamingContext(conf, exits ? Durations.milliseconds(20) : Durations.minutes(10));
        streaming.checkpoint(work.checkpoint().toString());
        DStream<Integer> numbers = streaming
                .receiverStream(new Numbers())
                .named("numbers")
                .persist(StorageLevels.DISK_ONLY); // so that there is a spill directory
        numbers.to(StreamingContext.textFiles(work.output().resolve("numbers").toString()))
                .named("files");
        if (exits) {
            numbers.foreachRDD("exit", rdd -> System.exit(OWN_EXIT));
        }
        streaming.start();
        streaming.awaitTermination();
    }
}
