/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance.oracle;

import dev.millrace.testkit.random.RandomInput;
import dev.millrace.testkit.random.RandomProgram;
import dev.millrace.testkit.random.Runner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.util.ManualClock;

/**
 * Runs programs on Spark Streaming, one after another, batch by batch as its manual clock is advanced. They share a Spark
 * context, which the Spark engine finds and uses, too.
 */
final class SparkStreaming implements Runner, AutoCloseable {
    static final long BATCH_MILLIS = 1_000;

    private final Path directory;
    private final JavaSparkContext spark;
    private int runs;

    /** @param directory where it may write what Spark Streaming needs in order to keep state */
    SparkStreaming(Path directory) {
        this.directory = directory;
        spark = new JavaSparkContext(new SparkConf()
                .setMaster("local[2,4]")
                .setAppName("oracle")
                .set("spark.ui.enabled", "false")
                .set("spark.ui.showConsoleProgress", "false")
                .set("spark.ui.retainedJobs", "20")
                .set("spark.ui.retainedStages", "20")
                .set("spark.ui.retainedTasks", "200")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.default.parallelism", "2")
                .set("spark.streaming.clock", ManualClock.class.getName()));
    }

    @Override
    public Map<String, List<List<Object>>> run(RandomProgram program) throws IOException {
        List<Integer> slides =
                program.outputs().stream().map(program.slides()::get).toList();
        return run(program.batches(), slides, (context, arrivals) -> {
            SparkProgram streams = new SparkProgram(program, context, input -> input(context, input));
            program.outputs().forEach(place -> arrivals.collect(RandomProgram.name(place), streams.stream(place)));
        });
    }

    /** The part of a program that runs before it starts. */
    @FunctionalInterface
    interface Program {
        void build(JavaStreamingContext context, Arrivals arrivals);
    }

    /**
     * Runs a number of batches of a program.
     *
     * @param slides of its outputs, in batches
     */
    Map<String, List<List<Object>>> run(int batches, List<Integer> slides, Program program) throws IOException {
        try (Scratch state = new Scratch(directory.resolve("run-" + runs++))) {
            spark.setCheckpointDir(state.path().toString());
            JavaStreamingContext context = new JavaStreamingContext(spark, new Duration(BATCH_MILLIS));
            try {
                Arrivals arrivals = new Arrivals();
                program.build(context, arrivals);
                context.start();
                ManualClock clock = (ManualClock) context.ssc().scheduler().clock();
                long expected = 0;
                for (int batch = 1; batch <= batches; batch++) {
                    int number = batch;
                    clock.advance(BATCH_MILLIS);
                    expected +=
                            slides.stream().filter(slide -> number % slide == 0).count();
                    arrivals.await(expected, context);
                }
                return arrivals.byOutput();
            } finally {
                context.stop(false, false);
            }
        }
    }

    /** A stream of the batches of an input. Each batch takes its own even if nothing asks for it, as where a window leaves gaps. */
    JavaDStream<Object> input(JavaStreamingContext context, RandomInput input) {
        Queue<JavaRDD<Object>> queue = new ArrayDeque<>();
        input.batches().forEach(batch -> queue.add(spark.parallelize(batch, input.partitions())));
        JavaDStream<Object> stream = context.queueStream(queue);
        stream.foreachRDD(rdd -> {});
        return stream;
    }

    @Override
    public void close() {
        spark.stop();
    }
}
