/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * The cost of {@code count()} and {@code reduce()} of a stream, against the same with one task that gathers all partitions,
 * which then runs all operators above too. Above is some arithmetic a record, and a wait of some milliseconds a partition.
 * Batches run in turns, so that a machine that is slow for a while is slow for both.
 */
public final class Aggregates {
    private static final int PARTITIONS = 4;

    private Aggregates() {}

    public static void main(String[] arguments) {
        if (arguments.length != 4) {
            System.err.println("usage: Aggregates RECORDS ROUNDS BATCHES_A_ROUND MILLISECONDS");
            System.exit(2);
        }
        int records = Integer.parseInt(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        int batches = Integer.parseInt(arguments[2]);
        long wait = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[3]));
        List<Program> programs = List.of(
                new Program("gathered count", records, wait, hashed -> hashed.transform(Aggregates::countInOneTask)),
                new Program("count()", records, wait, DStream::count),
                new Program("gathered reduce", records, wait, hashed -> hashed.transform(Aggregates::sumInOneTask)),
                new Program("reduce()", records, wait, hashed -> hashed.reduce(Long::sum)));
        programs.forEach(program -> program.run(rounds / 4 + 1, batches, new Figures()));
        for (int round = 0; round < rounds; round++) {
            programs.forEach(program -> program.run(1, batches, program.figures));
        }
        for (int i = 0; i < programs.size(); i++) {
            Program program = programs.get(i);
            double gathered = programs.get(i - i % 2).figures.median();
            System.out.printf(
                    Locale.ROOT,
                    "%,d records, %-15s median %8.3f ms a batch, %.2f of gathered%n",
                    records,
                    program.name,
                    program.figures.median() / batches,
                    program.figures.median() / gathered);
            program.ssc.stop();
        }
    }

    private static RDD<Long> countInOneTask(RDD<Long> hashed) {
        return sumInOneTask(hashed.mapPartitions(Aggregates::counted));
    }

    private static RDD<Long> sumInOneTask(RDD<Long> hashed) {
        return hashed.mapPartitions(Aggregates::summed).coalesce(1).mapPartitions(Aggregates::summed);
    }

    private static Iterator<Long> counted(Iterator<Long> values) {
        long[] count = {0};
        values.forEachRemaining(value -> count[0]++);
        return Collections.singleton(count[0]).iterator();
    }

    private static Iterator<Long> summed(Iterator<Long> values) {
        long[] sum = {0};
        values.forEachRemaining(value -> sum[0] += value);
        return Collections.singleton(sum[0]).iterator();
    }

    /** One of the forms, over records with some work above it. */
    private static final class Program {
        private final String name;
        private final StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1));
        private final Queue<RDD<Long>> queue = new ArrayDeque<>();
        private final RDD<Long> data;
        private final Figures figures = new Figures();
        private long results;

        Program(String name, int records, long wait, Function<DStream<Long>, DStream<Long>> form) {
            this.name = name;
            data = ssc.millraceContext()
                    .parallelize(
                            new ArrayList<>(LongStream.range(0, records).boxed().toList()), PARTITIONS);
            form.apply(ssc.queueStream(queue)
                            .mapPartitions(values -> waited(values, wait))
                            .map(Aggregates::hashed))
                    .foreachRDD(rdd -> {
                        results += rdd.collect().size();
                    });
        }

        void run(int rounds, int batches, Figures into) {
            for (int round = 0; round < rounds; round++) {
                long before = results;
                queue.addAll(Collections.nCopies(batches, data));
                long start = System.nanoTime();
                ssc.runBatches(batches);
                into.add(System.nanoTime() - start);
                if (results - before != batches) {
                    throw new IllegalStateException(name + " gave " + (results - before) + " results");
                }
            }
        }
    }

    /** Each partition waits for something outside. */
    private static Iterator<Long> waited(Iterator<Long> values, long nanos) {
        if (nanos > 0) {
            LockSupport.parkNanos(nanos);
        }
        return values;
    }

    private static long hashed(long value) {
        long mixed = value;
        for (int i = 0; i < 50; i++) {
            mixed = (mixed ^ mixed >>> 31) * 0x9E3779B97F4A7C15L;
        }
        return mixed;
    }
}
