/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.MapWithStateDStream;
import dev.millrace.streaming.State;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;

/**
 * Sums by key that time out, from a queue that is filled anew at every start. Keys come for some batches, are looked at
 * now and then without a change, and pause; some are removed.
 */
final class SessionProgram implements CrashedProgram {
    private static final int RDDS = 40;
    private static final int RECORDS = 25;
    private static final int KEYS = 60;

    public static void main(String[] arguments) {
        Child.run(new SessionProgram(), arguments);
    }

    @Override
    public MillraceConf conf() {
        return new MillraceConf().setMaster("local[2]").set("millrace.streaming.checkpoint.snapshotBytes", "1k");
    }

    @Override
    public void build(StreamingContext streaming, Duration interval, String input, Path output) {
        MapWithStateDStream<Long, Long, Long, Tuple2<Long, String>> sessions = streaming
                .queueStream(queue(streaming))
                .named("numbers")
                .mapToPair(number -> Tuple2.of(number % KEYS, number / KEYS))
                .mapWithState(
                        StateType.of("sessions", Long.class).timeout(interval.multipliedBy(3)), SessionProgram::add);
        sessions.map(Nonce::line)
                .to(StreamingContext.textFiles(output.resolve("mapped").toString()))
                .named("mapped");
        sessions.stateSnapshots()
                .map(Nonce::line)
                .to(StreamingContext.textFiles(output.resolve("open").toString()))
                .named("open");
        sessions.foreachBatch((rdd, batch) -> Effects.append(output, batch.time()))
                .named("seen");
    }

    private static Queue<RDD<Long>> queue(StreamingContext streaming) {
        Random random = new Random(3);
        Queue<RDD<Long>> queue = new ArrayDeque<>();
        for (int i = 0; i < RDDS; i++) {
            List<Long> records = new ArrayList<>();
            for (int n = 0; n < RECORDS; n++) {
                long key = (i * 2L + random.nextInt(KEYS / 4)) % KEYS;
                records.add(random.nextInt(10) * KEYS + key);
            }
            queue.add(streaming.millraceContext().parallelize(records));
        }
        return queue;
    }

    private static Optional<Tuple2<Long, String>> add(BatchTime time, Long key, Optional<Long> value, State<Long> sum) {
        if (sum.isTimingOut()) {
            return Optional.of(Tuple2.of(key, "timed out with " + sum.get() + " at " + time));
        }
        long number = value.orElseThrow();
        if (number == 0) {
            return Optional.empty(); // touches the key if it is there
        }
        if (number == 9 && sum.exists()) {
            sum.remove();
            return Optional.of(Tuple2.of(key, "removed"));
        }
        sum.update(sum.orElse(0L) + number);
        return Optional.of(Tuple2.of(key, "has " + sum.get()));
    }
}
