/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.FileOperation;
import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.TestInput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;

/** A small program with state, a window and two staged outputs, on a disk and into a sink that a test holds. */
record Scene(FaultyFileStore disk, Sink sink, int tens) {
    static final int BATCHES = 9;

    /** An empty one. */
    static Scene empty() {
        return withNumbers(10);
    }

    /** An empty one of the same program, which is fed other numbers. */
    static Scene withNumbers(int tens) {
        return new Scene(new FaultyFileStore(), new Sink(), tens);
    }

    /** The same disk and sink for another test. */
    Scene copy() {
        return new Scene(disk.copy(), sink.copy(), tens);
    }

    /** The program, not yet started. */
    StreamTestDriver driver() {
        StagedOutput<Object> output = sink.output(() -> {
            if (disk.isDead()) {
                throw new IOException("the program is dead");
            }
        });
        StreamTestDriver driver = StreamTestDriver.setup()
                .master("local")
                .set("millrace.streaming.checkpoint.snapshotBytes", "2k")
                .set("millrace.task.maxAttempts", "1")
                .fileStore(disk)
                .observeOnly()
                .run(context -> build(context, output));
        TestInput<Integer> numbers = driver.input("numbers");
        for (int batch = 1; batch <= BATCHES; batch++) {
            numbers.batch(batch, batch * tens, batch % 3);
        }
        return driver;
    }

    private static void build(StreamingContext context, StagedOutput<Object> output) {
        var numbers = context.queueStream(new ArrayDeque<RDD<Integer>>()).named("numbers");
        numbers.mapToPair(number -> Tuple2.of(number % 4, number))
                .updateStateByKey(
                        StateType.of("sums", Integer.class),
                        (values, sum) -> values.contains(50)
                                ? Optional.empty()
                                : Optional.of(sum.orElse(0)
                                        + values.stream()
                                                .mapToInt(value -> value)
                                                .sum()))
                .map(pair -> (Object) pair)
                .to(output)
                .named("sums");
        numbers.window(Durations.seconds(3), Durations.seconds(1))
                .named("recent")
                .map(number -> (Object) ("recent " + number))
                .to(output)
                .named("recent numbers");
    }

    /** Starts, runs the batches up to number {@code last}, and stops. */
    void run(int last) {
        try (StreamTestDriver driver = driver()) {
            driver.advanceBatches(0); // those that an earlier run has left
            driver.advanceBatches(Math.max(0, last - done(driver)));
        }
    }

    /** Has a batch fail when it is about to be decided, so that it is planned and undecided. */
    void fail(int batch) {
        run(batch - 1);
        disk.fault((operation, path) -> {
            boolean deciding = path.startsWith("journal/") && !sink.staged().isEmpty();
            if (deciding && operation == FileOperation.APPEND) {
                throw new IOException("the batch cannot be decided");
            }
        });
        try {
            run(batch);
            throw new AssertionError("batch " + batch + " has not failed");
        } catch (BatchFailedException e) {
            disk.noFault();
        }
    }

    static int done(StreamTestDriver driver) {
        return driver.context()
                .lastBatchTime()
                .map(BatchTime::milliseconds)
                .map(time -> (int) (time / 1000))
                .orElse(0);
    }

    /** What readers see in the end when nothing goes wrong. */
    static Map<String, String> uninterrupted() {
        Scene scene = empty();
        scene.run(BATCHES);
        return scene.sink().visible();
    }
}
