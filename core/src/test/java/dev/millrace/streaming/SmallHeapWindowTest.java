/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.ChildJvm;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.PartitionedSource;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows whose keys and values find no room in the heap. */
@Tag("full")
class SmallHeapWindowTest {
    private static final int PANES = 3;
    private static final int BATCHES = 5;
    private static final String TEXT = "x".repeat(200);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"folded", "inverse", "grouped", "joined", "one key"})
    void shouldSlideOverMoreThanTheHeapHolds(String window) throws Exception {
        ChildJvm.run(SmallHeapWindowTest.class, "-Xmx48m", directory.resolve("log"), window, directory.toString());
    }

    /** The numbers of a batch, which are made while they are read. */
    private record Numbers(long first, long rows) implements PartitionedSource<Long> {
        @Override
        public int partitions() {
            return 2;
        }

        @Override
        public Iterator<Long> read(int partition) {
            long half = rows / 2;
            return LongStream.range(first + partition * half, first + (partition + 1) * half)
                    .iterator();
        }
    }

    private static PairDStream<String, String> batches(StreamingContext ssc, long keys, long rows) {
        Iterator<RDD<Long>> numbers = IntStream.range(0, BATCHES)
                .mapToObj(batch -> ssc.millraceContext().from(new Numbers(batch * rows, rows)))
                .iterator();
        return Programs.queued(ssc, numbers).mapToPair(number -> Tuple2.of("key " + number % keys, TEXT + number));
    }

    /** Returns the number of records that the last window gives. */
    private static long run(StreamingContext ssc, PairDStream<?, ?> window) {
        long[] last = new long[1];
        window.foreachRDD(rdd -> {
            last[0] = rdd.count();
        });
        ssc.runBatches(BATCHES);
        return last[0];
    }

    private static long counted(StreamingContext ssc, String window) {
        return switch (window) {
            case "folded" ->
                run(
                        ssc,
                        batches(ssc, 40_000, 40_000)
                                .reduceByKeyAndWindow(
                                        (a, b) -> a.length() >= b.length() ? a : b, Durations.seconds(PANES)));
            case "inverse" ->
                run(
                        ssc,
                        batches(ssc, 150_000, 50_000)
                                .reduceByKeyAndWindow(
                                        (a, b) -> b, (a, b) -> a, Durations.seconds(PANES), Durations.seconds(1)));
            case "grouped" -> run(ssc, batches(ssc, 40_000, 60_000).groupByKeyAndWindow(Durations.seconds(PANES)));
            case "joined" ->
                run(
                        ssc,
                        batches(ssc, 90_000, 25_000)
                                .window(Durations.seconds(PANES))
                                .join(batches(ssc, 90_000, 25_000).window(Durations.seconds(PANES))));
            default ->
                run(
                        ssc,
                        batches(ssc, 1, 60_000)
                                .window(Durations.seconds(PANES))
                                .join(batches(ssc, 1, 2).window(Durations.seconds(1))));
        };
    }

    private static long expected(String window) {
        return switch (window) {
            case "folded" -> 40_000;
            case "inverse" -> 150_000;
            case "grouped" -> 40_000;
            case "joined" -> 75_000;
            default -> 2 * 180_000;
        };
    }

    public static void main(String[] args) {
        StreamingContext ssc =
                Programs.local(new MillraceConf().set("millrace.memory.spillDirectory", args[1] + "/spills"));
        try (ssc) {
            long found = counted(ssc, args[0]);
            if (found != expected(args[0])) {
                throw new AssertionError(
                        found + " records, expected " + List.of(args).get(0) + ": " + expected(args[0]));
            }
        }
    }
}
