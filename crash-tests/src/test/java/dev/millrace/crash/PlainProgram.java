/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.Tuple2;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Takes lines from a {@link LineServer}, which nobody can send again, and puts them out until the last. */
final class PlainProgram {
    private PlainProgram() {}

    public static void main(String[] arguments) {
        Child.begin();
        Workplace work = new Workplace(Path.of(arguments[0]));
        CountDownLatch done = new CountDownLatch(1);
        StreamingContext streaming = new StreamingContext(ReliableProgram.conf(), Durations.milliseconds(10));
        streaming.checkpoint(work.checkpoint().toString());
        DStream<String> lines = streaming
                .socketTextStream("127.0.0.1", Integer.parseInt(arguments[1]))
                .named("lines");
        lines.filter(line -> !line.equals(LineServer.END))
                .map(line -> Nonce.line(Tuple2.of(line, "")))
                .to(StreamingContext.textFiles(work.output().resolve("lines").toString()))
                .named("files");
        lines.filter(LineServer.END::equals).foreachRDD("end", rdd -> {
            if (!rdd.isEmpty()) {
                done.countDown();
            }
        });
        ReliableProgram.runUntil(done, streaming);
    }
}
