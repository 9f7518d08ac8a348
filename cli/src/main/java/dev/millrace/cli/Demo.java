/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The seed demo in real time: five batches of a second, then a graceful stop. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        header = "Runs a small program in real time: five batches.",
        description = {
            "Runs a small program in real time: a queue of five datasets of the numbers 1 to 1000, one a batch; each"
                    + " second a batch counts its numbers by their last digit and prints the counts.",
            "It ends after five batches."
        },
        footerHeading = "%nExample:%n",
        footer = {"  millrace demo", "", "The same program is the example QueueStream.java."})
final class Demo implements Callable<Integer> {
    private static final int BATCHES = 5;

    @Mixin
    private LogOptions log = new LogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        log.install(Level.WARNING, spec.commandLine().getErr());
        CountDownLatch planned = new CountDownLatch(BATCHES);
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            build(ssc);
            ssc.addStreamingListener(new StreamingListener() {
                @Override
                public void onBatchSubmitted(BatchInfo batch) {
                    planned.countDown();
                }

                @Override
                public void onBatchCompleted(BatchInfo batch) {
                    if (!batch.failure().isEmpty()) {
                        release(planned);
                    }
                }
            });
            ssc.start();
            planned.await();
            StopResult result = ssc.stop(Durations.minutes(1)); // the fifth batch may finish
            ssc.failure().ifPresent(failure -> {
                throw failure;
            });
            return result == StopResult.FINISHED ? 0 : 1;
        }
    }

    private static void release(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            latch.countDown();
        }
    }

    static void build(StreamingContext ssc) {
        List<Integer> numbers = IntStream.rangeClosed(1, 1000).boxed().toList();
        Queue<RDD<Integer>> queue = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < BATCHES; i++) {
            queue.add(ssc.millraceContext().parallelize(numbers, 10));
        }
        ssc.queueStream(queue)
                .mapToPair(x -> Tuple2.of(x % 10, 1))
                .reduceByKey(Integer::sum, 10)
                .print();
    }
}
