/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.ChildJvm;
import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StorageLevels;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.State;
import dev.millrace.streaming.StateSpec;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that are no records, in a child process with a heap of 128 MB that does not hold them all. */
class PlainObjectsTest {
    private static final int TASKS = 16;
    private static final int VISIT_BYTES = 600; // about

    @TempDir
    Path directory;

    /** Some 600 bytes of strings in lists. */
    private static final class Visit {
        private String page = "";
        private List<List<String>> clicks = List.of();

        static Visit of(int number) {
            Visit visit = new Visit();
            visit.page = "page " + number;
            visit.clicks = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                visit.clicks.add(new ArrayList<>(List.of("first click " + number, "second click " + number, "x" + i)));
            }
            return visit;
        }

        long number() {
            return Long.parseLong(page.substring("page ".length()));
        }
    }

    private void run(String program) throws Exception {
        ChildJvm.run(PlainObjectsTest.class, "-Xmx128m", directory.resolve("log"), program, directory.toString());
    }

    @Test
    void shouldKeepAWindowThatTheHeapDoesNotHold() throws Exception {
        run("window");
    }

    @Test
    @Tag("full")
    void shouldGroupMoreThanTheHeapHolds() throws Exception {
        run("group");
    }

    @Test
    @Tag("full")
    void shouldKeepStatesThatTheHeapDoesNotHold() throws Exception {
        run("states");
    }

    @Test
    @Tag("full")
    void shouldKeepADatasetThatTheHeapDoesNotHold() throws Exception {
        run("cache");
    }

    /** They cannot be spilled, so that other data has to. */
    @Test
    void shouldSpillOtherDataWhenUndeclaredObjectsTakeHalfOfTheHeap() throws Exception {
        run("undeclared");
    }

    public static void main(String[] args) {
        MillraceConf conf = new MillraceConf().set("millrace.memory.spillDirectory", args[1]);
        switch (args[0]) {
            case "window" -> window(conf.registerTypes(Visit.class));
            case "group" -> group(conf.registerTypes(Visit.class));
            case "states" -> states(conf.registerTypes(Visit.class));
            case "cache" -> cache(conf.registerTypes(Visit.class));
            default -> undeclared(conf);
        }
    }

    private static void check(long expected, long found) {
        if (expected != found) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
    }

    private static RDD<Visit> visits(MillraceContext context, int count) {
        int each = count / TASKS;
        return context.parallelize(IntStream.range(0, TASKS).boxed().toList(), TASKS)
                .flatMap(task -> IntStream.range(task * each, (task + 1) * each)
                        .mapToObj(Visit::of)
                        .iterator());
    }

    private static long sum(RDD<Visit> visits) {
        return visits.map(Visit::number).reduce(Long::sum);
    }

    private static Iterator<RDD<Visit>> batches(MillraceContext context, int batches, int each) {
        return IntStream.range(0, batches)
                .mapToObj(batch -> visits(context, each))
                .iterator();
    }

    private static void window(MillraceConf conf) {
        int batches = 6;
        int each = 64_000;
        List<Long> sums = new ArrayList<>();
        try (StreamingContext ssc = Programs.local(conf)) {
            Programs.queued(ssc, batches(ssc.millraceContext(), batches, each))
                    .window(Durations.seconds(batches))
                    .foreachRDD(rdd -> sums.add(sum(rdd)));
            ssc.runBatches(batches);
        }
        check(batches * (each * (each - 1L) / 2), sums.get(batches - 1));
    }

    private static void group(MillraceConf conf) {
        int count = 400_000;
        try (MillraceContext context = new MillraceContext(conf.setMaster("local[2]"))) {
            PairRDD<Long, Visit> byKey = visits(context, count).mapToPair(v -> Tuple2.of(v.number() / 4, v));
            check(
                    count / 4,
                    byKey.groupByKey(new HashPartitioner(8))
                            .filter(group -> size(group._2()) == 4)
                            .count());
        }
    }

    private static int size(Iterable<?> elements) {
        int size = 0;
        for (Object element : elements) {
            size += element == null ? 0 : 1;
        }
        return size;
    }

    /** Also what each call maps is kept until its batch ends. */
    private static void states(MillraceConf conf) {
        int keys = 160_000;
        List<Long> sums = new ArrayList<>();
        try (StreamingContext ssc = Programs.local(conf)) {
            Programs.queued(ssc, batches(ssc.millraceContext(), 2, keys))
                    .mapToPair(v -> Tuple2.of(v.number(), v))
                    .mapWithState(StateSpec.<Long, Visit, Visit, Visit>function(PlainObjectsTest::before)
                            .stateType(StateType.of("visits", Visit.class))
                            .numPartitions(16))
                    .foreachRDD(rdd -> sums.add(sum(rdd)));
            ssc.runBatches(2);
        }
        check(keys * (keys - 1L) / 2, sums.get(1));
    }

    private static Visit before(Long key, Optional<Visit> value, State<Visit> state) {
        Visit before = state.exists() ? state.get() : value.orElseThrow();
        state.update(value.orElseThrow());
        return before;
    }

    private static void cache(MillraceConf conf) {
        int count = 320_000;
        try (MillraceContext context = new MillraceContext(conf.setMaster("local[2]"))) {
            RDD<Visit> visits = visits(context, count).persist(StorageLevels.MEMORY_AND_DISK);
            check(count, visits.count());
            check(count * (count - 1L) / 2, sum(visits));
        }
    }

    private static void undeclared(MillraceConf conf) {
        int count = (50 << 20) / VISIT_BYTES / TASKS * TASKS;
        int keys = 900_000;
        try (MillraceContext context = new MillraceContext(conf.setMaster("local[2]"))) {
            RDD<Visit> visits = visits(context, count).persist(StorageLevels.MEMORY_AND_DISK);
            check(count, visits.count());
            RDD<Integer> numbers = context.parallelize(
                            IntStream.range(0, TASKS).boxed().toList(), TASKS)
                    .flatMap(task -> IntStream.range(task, keys * 2)
                            .filter(n -> n % TASKS == task)
                            .boxed()
                            .iterator());
            check(
                    keys,
                    numbers.mapToPair(n -> Tuple2.of("key " + n % keys, 1L))
                            .reduceByKey(Long::sum, 2)
                            .count());
            check(count * (count - 1L) / 2, sum(visits));
        }
    }
}
