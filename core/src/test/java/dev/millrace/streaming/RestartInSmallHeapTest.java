/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Windows and states that are larger than the heap, each in child processes, one life after the other: a start may need no more memory
 * than the run before it; its rehearsal, and looking at the checkpoint, no more than the start.
 */
class RestartInSmallHeapTest {
    @TempDir
    Path directory;

    /** The sizes of a test; a name that is a number is the seed they are drawn from. */
    private record Size(int heap, int budget, int records, int window) {
        static Size of(String name) {
            if (name.equals("large")) {
                return new Size(128, 24, 5_000, 60);
            }
            Random random = new Random(Long.parseLong(name));
            int records = 3_000 + random.nextInt(1_000); // so the window has few batches, each of which reads all of it
            return new Size(48, 3 + random.nextInt(6), records, 70_000 / records);
        }

        /** The first life fills the window; the others slide over what was kept. */
        int batchesOf(int life) {
            return life == 1 ? window + 4 : 6;
        }
    }

    private static String seed() {
        String seed = Long.toString(Long.getLong("millrace.heap.seed", System.nanoTime()));
        System.out.println("-Dmillrace.heap.seed=" + seed);
        return seed;
    }

    @Test
    void shouldStartInTheHeapInWhichItRan() throws Exception {
        String seed = seed();
        List<String> groupings = List.of("records", "inverse", "state");
        startInTheHeapInWhichItRan(groupings.get(new Random(Long.parseLong(seed)).nextInt(groupings.size())), seed);
    }

    @Tag("full")
    @ParameterizedTest
    @ValueSource(strings = {"records", "inverse", "state"})
    void shouldStartInTheHeapInWhichItRanHoweverItGroups(String grouping) throws Exception {
        startInTheHeapInWhichItRan(grouping, seed());
    }

    /** With the first life killed somewhere behind the middle of its window. */
    private void startInTheHeapInWhichItRan(String grouping, String seed) throws Exception {
        Size size = Size.of(seed);
        kill(
                start(seed, grouping, 1),
                size.window() * 2 / 3 + new Random(Long.parseLong(seed)).nextInt(size.window() / 3));
        live(seed, grouping, 1);
        live(seed, grouping, 2);
    }

    /** When so many batches have been told. */
    private static void kill(Process child, int batches) throws Exception {
        try (BufferedReader told = child.inputReader()) {
            for (int i = 0; i < batches; i++) {
                String line = told.readLine();
                assertThat(line).isEqualTo("batch");
            }
            child.toHandle().destroyForcibly(); // the pipe is still to be read
            while (told.readLine() != null) {
                // to its end
            }
        }
        assertThat(child.waitFor()).isNotZero();
    }

    @Tag("full")
    @ParameterizedTest
    @ValueSource(strings = {"records", "count", "inverse", "merge", "state"})
    void shouldStartALargeWindowInTheHeapInWhichItRan(String grouping) throws Exception {
        live("large", grouping, 1);
        live("large", grouping, 2);
        live("large", grouping, 3);
    }

    private void live(String size, String grouping, int life) throws Exception {
        Process child = start(size, grouping, life);
        CompletableFuture<Process> end = child.onExit().orTimeout(180, TimeUnit.SECONDS);
        end.whenComplete((ended, hangs) -> child.toHandle().destroyForcibly());
        try (BufferedReader told = child.inputReader()) {
            while (told.readLine() != null) {
                // so that it never waits
            }
        }
        assertThat(child.waitFor()).as(this::errors).isZero();
    }

    private Process start(String size, String grouping, int life) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + Size.of(size).heap() + "m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        RestartInSmallHeapTest.class.getName(),
                        size,
                        grouping,
                        Integer.toString(life),
                        directory.resolve("checkpoint").toString())
                .redirectError(directory.resolve("errors").toFile())
                .start();
    }

    private String errors() {
        try {
            return Files.readString(directory.resolve("errors"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    public static void main(String[] args) {
        Size size = Size.of(args[0]);
        List<Long> seen = new ArrayList<>();
        if (!args[2].equals("1")) {
            try (StreamingContext ssc = program(args, size, seen)) {
                mustBe(0, UpgradePlan.of(ssc).problems().size());
            }
            Path checkpoint = Path.of(args[3]);
            mustBe(0, CheckpointVerification.of(checkpoint).isRight() ? 0 : 1);
            CheckpointInfo info = CheckpointInfo.read(checkpoint);
            mustBe(1, info.steps().size());
            BatchTime last = Objects.requireNonNull(info.lastDecided());
            mustBe(1, CheckpointRollback.plan(checkpoint, last).done() ? 1 : 0);
        }
        try (StreamingContext ssc = program(args, size, seen)) {
            ssc.runBatches(size.batchesOf(Integer.parseInt(args[2])));
        }
        mustBe((long) size.records() * size.window(), seen.get(seen.size() - 1));
    }

    private static void mustBe(long expected, long found) {
        if (found != expected) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
    }

    private static StreamingContext program(String[] args, Size size, List<Long> seen) {
        StreamingContext ssc = Programs.local(new MillraceConf().set("millrace.memory.budget", size.budget() + "m"));
        ssc.checkpoint(args[3]);
        Iterator<RDD<Integer>> numbers = IntStream.range(0, 2 * size.window() + 20)
                .mapToObj(batch -> ssc.millraceContext()
                        .parallelize(IntStream.range(0, size.records()).boxed().toList(), 4))
                .iterator();
        DStream<Integer> in = Programs.queued(ssc, numbers).named("numbers");
        grouped(args[1], in, Durations.seconds(size.window()))
                .foreachRDD(rdd -> {
                    seen.add(rdd.reduce(Long::sum));
                    System.out.println("batch");
                })
                .named("sizes");
        return ssc;
    }

    /** Numbers whose sum is the number of records in the window. */
    private static DStream<Long> grouped(String grouping, DStream<Integer> in, java.time.Duration window) {
        java.time.Duration slide = Durations.seconds(1);
        return switch (grouping) {
            case "records" ->
                in.map(RestartInSmallHeapTest::text)
                        .window(window)
                        .named("window")
                        .map(text -> 1L);
            case "count" ->
                in.map(RestartInSmallHeapTest::text)
                        .countByWindow(window, slide)
                        .named("window");
            case "inverse" ->
                in.mapToPair(number -> Tuple2.of("key " + number, text(1)))
                        .reduceByKeyAndWindow(
                                (a, b) -> text(number(a) + number(b)),
                                (a, b) -> text(number(a) - number(b)),
                                window,
                                slide)
                        .named("window")
                        .map(pair -> (long) number(pair._2()));
            case "state" -> visits(in, (int) window.toSeconds());
            default ->
                in.mapToPair(number -> Tuple2.of("key " + number, 1L))
                        .reduceByKeyAndWindow(Long::sum, window, slide)
                        .named("window")
                        .map(Tuple2::_2);
        };
    }

    /** Each batch has keys of its own, which come again after so many batches; a key that has lost a visit makes the sum another. */
    private static DStream<Long> visits(DStream<Integer> in, int batches) {
        return in.transformToPair((numbers, time) -> numbers.mapToPair(
                        number -> Tuple2.of("key " + number + " of " + time.milliseconds() / 1000 % batches, number)))
                .mapWithState(StateType.of("visits", String.class), (time, key, number, state) -> {
                    int visits = number(state.orElse(text(0))) + 1;
                    state.update(text(visits));
                    boolean all = visits == (time.milliseconds() / 1000 - 1) / batches + 1;
                    return Optional.of(all ? (long) batches : -1_000_000L);
                });
    }

    /** About a kilobyte. */
    private static String text(int number) {
        return number + " ".repeat(1_000);
    }

    private static int number(String text) {
        return Integer.parseInt(text.trim());
    }
}
