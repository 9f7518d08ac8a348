/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts of keys with {@code mapWithState}, with and without a checkpoint directory, against the same by hand on as many threads, and against
 * encoding the changes of a batch and writing them durably in one go. All in turn, some batches each. One of the programs
 * never folds its journal, so that it shows the batches alone. Processor time is that of the whole process, with collections and folding.
 */
public final class StateUpdates {
    private static final int ROUND = 20;
    private static final int WARMING_ROUNDS = 5;
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private StateUpdates() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            System.err.println("usage: StateUpdates KEYS UPDATES ROUNDS");
            System.exit(2);
        }
        Boxed batches = new Boxed(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        int rounds = Integer.parseInt(arguments[2]);
        Path directory = TemporaryFiles.newDirectory();
        try (ByHand hand = new ByHand();
                Program plain = new Program(batches, null, "16m");
                Program unfolded = new Program(batches, directory.resolve("unfolded"), "1t");
                Program folded = new Program(batches, directory.resolve("folded"), "16m")) {
            List<Side> sides = List.of(
                    new Side("by hand", number -> hand.count(batches.batch(number))),
                    new Side("encoded, synced", number -> {
                        hand.encode(batches.batch(number), ValueCodec.builtIn(), directory.resolve("changes"));
                        return 0;
                    }),
                    new Side("not durable", number -> plain.run()),
                    new Side("durable, unfolded", number -> unfolded.run()),
                    new Side("durable", number -> folded.run()));
            for (int round = -WARMING_ROUNDS; round < rounds; round++) {
                for (Side side : sides) {
                    side.run(round < 0 ? batches.loading() / WARMING_ROUNDS + ROUND : ROUND, round >= 0);
                }
                check(sides);
            }
            report(batches, rounds, sides);
        } finally {
            TemporaryFiles.delete(directory);
        }
    }

    private static void check(List<Side> sides) {
        for (Side side : sides) {
            if (side.sum != 0 && side.sum != sides.get(0).sum) {
                throw new IllegalStateException(
                        side.name + " has counted " + side.sum + ", by hand it is " + sides.get(0).sum);
            }
        }
    }

    private static void report(Boxed batches, int rounds, List<Side> sides) {
        System.out.printf(Locale.ROOT, "%s, %d batches each%n", batches.description(), rounds * ROUND);
        Side hand = sides.get(0);
        for (Side side : sides) {
            System.out.printf(
                    Locale.ROOT,
                    "%-18s median %7.2f ms (%.2f)  p99 %7.2f ms (%.2f of its median)  processor %7.2f ms (%.2f)%n",
                    side.name,
                    side.times.median(),
                    side.times.median() / hand.times.median(),
                    side.times.at(0.99),
                    side.times.at(0.99) / side.times.median(),
                    side.processor(rounds),
                    side.processor(rounds) / hand.processor(rounds));
        }
        Side floor = sides.get(1);
        Side plain = sides.get(2);
        for (Side durable : sides.subList(3, sides.size())) {
            System.out.printf(
                    Locale.ROOT,
                    "%-18s more than not durable, of encoded and synced: median %.2f, processor %.2f%n",
                    durable.name,
                    (durable.times.median() - plain.times.median()) / floor.times.median(),
                    (durable.processor(rounds) - plain.processor(rounds)) / floor.processor(rounds));
        }
    }

    private interface Work {
        long run(long number) throws IOException;
    }

    /** One of the alternatives that are measured. */
    private static final class Side {
        private final String name;
        private final Work work;
        private final Figures times = new Figures();
        private long next;
        private long sum;
        private long processorNanos;

        Side(String name, Work work) {
            this.name = name;
            this.work = work;
        }

        void run(int batches, boolean isMeasured) throws IOException {
            long processorBefore = PROCESS.getProcessCpuTime();
            for (int batch = 0; batch < batches; batch++) {
                long start = System.nanoTime();
                sum = work.run(next++);
                if (isMeasured) {
                    times.add(System.nanoTime() - start);
                }
            }
            Folding.await();
            processorNanos += isMeasured ? PROCESS.getProcessCpuTime() - processorBefore : 0;
        }

        double processor(int rounds) {
            return processorNanos / 1e6 / (rounds * ROUND);
        }
    }

    /** The program: each record gives its key with the count until then. */
    private static final class Program implements AutoCloseable {
        private final StreamingContext ssc;
        private long sum;

        Program(Boxed batches, @Nullable Path checkpoint, String snapshotBytes) {
            ssc = new StreamingContext(
                    new MillraceConf()
                            .setMaster("local[2]")
                            .set("millrace.streaming.checkpoint.snapshotBytes", snapshotBytes),
                    Durations.seconds(1));
            if (checkpoint != null) {
                ssc.checkpoint(checkpoint.toString());
            }
            ssc.from(batches)
                    .named("keys")
                    .mapToPair(key -> new Tuple2<>(key, 1))
                    .mapWithState(StateType.of("counts", Integer.class), (time, key, one, state) -> {
                        int count = state.orElse(0) + one.orElseThrow();
                        state.update(count);
                        return Optional.of(new Tuple2<>(key, count));
                    })
                    .foreachRDD(rdd ->
                            sum = rdd.aggregate(0L, (all, pair) -> all + (long) pair._1() * pair._2(), Long::sum))
                    .named("counted");
            ssc.runAvailable(); // nothing yet; opened so, snapshots are folded in the background, as in real time
        }

        long run() {
            ssc.runBatches(1);
            return sum;
        }

        @Override
        public void close() {
            ssc.stop(true, true);
        }
    }
}
