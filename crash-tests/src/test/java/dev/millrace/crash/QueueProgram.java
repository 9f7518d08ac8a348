/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.stream.LongStream;

/** Sums the numbers of the last batches by their last digit, from a queue that is filled anew at every start. */
final class QueueProgram implements CrashedProgram {
    private static final int RDDS = 40;
    private static final int NUMBERS = 60;

    public static void main(String[] arguments) {
        Child.run(new QueueProgram(), arguments);
    }

    @Override
    public MillraceConf conf() {
        return new MillraceConf().setMaster("local[2]").set("millrace.streaming.checkpoint.snapshotBytes", "4k");
    }

    @Override
    public void build(StreamingContext streaming, Duration interval, Path input, Path output) {
        Queue<RDD<Long>> queue = new ArrayDeque<>();
        for (long i = 0; i < RDDS; i++) {
            queue.add(streaming
                    .millraceContext()
                    .parallelize(LongStream.range(i * NUMBERS, (i + 1) * NUMBERS)
                            .boxed()
                            .toList()));
        }
        streaming
                .queueStream(queue)
                .named("numbers")
                .window(interval.multipliedBy(3))
                .named("last three")
                .mapToPair(number -> Tuple2.of(number % 10, number))
                .reduceByKey(Long::sum)
                .map(Nonce::line)
                .to(StreamingContext.textFiles(output.resolve("sums").toString()))
                .named("sums");
    }
}
