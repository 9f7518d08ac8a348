/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.LongStream;

/** Sums of numbers by their last digit, over the last batches and in all, from a queue that is filled anew at every start. */
final class OutputsProgram implements CrashedProgram {
    private static final int RDDS = 40;
    private static final int NUMBERS = 60;

    public static void main(String[] arguments) {
        Child.run(new OutputsProgram(), arguments);
    }

    @Override
    public MillraceConf conf() {
        return new MillraceConf().setMaster("local[2]").set("millrace.streaming.checkpoint.snapshotBytes", "1k");
    }

    @Override
    public void build(StreamingContext streaming, Duration interval, String input, Path output) {
        Queue<RDD<Long>> queue = new ArrayDeque<>();
        for (long i = 0; i < RDDS; i++) {
            queue.add(streaming
                    .millraceContext()
                    .parallelize(LongStream.range(i * NUMBERS, (i + 1) * NUMBERS)
                            .boxed()
                            .toList()));
        }
        PairDStream<Long, Long> digits =
                streaming.queueStream(queue).named("numbers").mapToPair(number -> Tuple2.of(number % 10, number));
        digits.window(interval.multipliedBy(3))
                .named("last three")
                .reduceByKey(Long::sum)
                .map(Nonce::line)
                .to(StreamingContext.textFiles(output.resolve("sums").toString()))
                .named("sums");
        digits.foreachBatch((rdd, batch) -> Effects.append(output, batch.time()))
                .named("seen");
        digits.updateStateByKey(
                        StateType.of("totals", Long.class),
                        (numbers, total) -> Optional.of(total.orElse(0L)
                                + numbers.stream().mapToLong(number -> number).sum()))
                .map(Nonce::line)
                .to(StreamingContext.textFiles(output.resolve("totals").toString()))
                .named("totals");
    }
}
