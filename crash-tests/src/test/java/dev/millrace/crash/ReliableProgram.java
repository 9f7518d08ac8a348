/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.receiver.Receiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Takes numbers from a {@link Feeder} and puts them out, in real time, until it has stored the last. */
final class ReliableProgram {
    /** If it is set, records are acknowledged when they are stored, which is too early. */
    static final String TOO_EARLY = "millrace.crash.acknowledgeTooEarly";

    private ReliableProgram() {}

    static MillraceConf conf() {
        return new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.blockInterval", "2ms")
                .set("millrace.streaming.receiver.blockBytes", "2k")
                .set("millrace.streaming.receiver.writeAheadLog.segmentBytes", "4k")
                .set("millrace.streaming.checkpoint.snapshotBytes", "200")
                .set("millrace.streaming.checkpoint.retainedBatches", "1");
    }

    /** Runs until {@code done}, with a graceful end, and ends the process. */
    static void runUntil(CountDownLatch done, StreamingContext streaming) {
        try {
            streaming.start();
            Thread failing = new Thread(() -> {
                try {
                    streaming.awaitTermination();
                } catch (RuntimeException | InterruptedException e) {
                    e.printStackTrace();
                    Runtime.getRuntime().halt(1);
                }
            });
            failing.setDaemon(true);
            failing.start();
            done.await();
            System.exit(streaming.stop(Duration.ofSeconds(30)) == StopResult.FINISHED ? 0 : 1);
        } catch (Throwable e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    public static void main(String[] arguments) {
        Child.begin();
        Workplace work = new Workplace(Path.of(arguments[0]));
        CountDownLatch done = new CountDownLatch(1);
        long last = Long.parseLong(arguments[2]);
        Receiver<Long> numbers =
                new FedNumbers(Integer.parseInt(arguments[1]), Boolean.getBoolean(TOO_EARLY), number -> {
                    if (number == last) {
                        done.countDown();
                    }
                });
        StreamingContext streaming = new StreamingContext(conf(), Durations.milliseconds(10));
        streaming.checkpoint(work.checkpoint().toString());
        streaming
                .receiverStream(numbers)
                .named("numbers")
                .map(number -> Nonce.line(Tuple2.of(number, "")))
                .to(StreamingContext.textFiles(work.output().resolve("numbers").toString()))
                .named("files");
        runUntil(done, streaming);
    }
}
