/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Here;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.error.UserCodeException;
import dev.millrace.rdd.TaskContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that a function cannot take are put aside, and nothing of them goes on. */
class OnErrorTest {
    @TempDir
    private Path directory;

    private final MillraceConf conf = new MillraceConf();

    private StreamingContext context() {
        conf.set("millrace.streaming.quarantine.directory", directory.toString());
        return Programs.local(conf);
    }

    private List<String> aside(long batch) throws IOException {
        return Files.readAllLines(directory.resolve("batch-" + batch + ".jsonl"));
    }

    private static String entry(String place, String operator, String error, String encoding, String raw) {
        return "{\"place\":\"" + place + "\",\"operator\":\"" + operator + "\",\"error\":\""
                + error.replace("\"", "\\\"")
                + "\",\"encoding\":\"" + encoding + "\",\"raw\":\""
                + Base64.getEncoder().encodeToString(raw.getBytes(StandardCharsets.UTF_8)) + "\"}";
    }

    @Test
    void shouldPutAsideTheRecordThatFails() throws IOException {
        String[] line = new String[2];
        try (StreamingContext ssc = context()) {
            List<List<Integer>> numbers = Programs.collected(Programs.batches(ssc, List.of("1", "x", "y", "4"))
                    .map(
                            (line[0] = Here.line()) == null
                                    ? null
                                    : text -> {
                                        line[1] = Here.line();
                                        return Integer.parseInt(text);
                                    })
                    .named("numbers")
                    .onError(ErrorPolicy.quarantine()));
            ssc.runBatches(2);
            assertThat(numbers).containsExactly(List.of(1, 4), List.of());
        }
        String next = line[1].replaceAll(".*:", "OnErrorTest.java:");
        int number = Integer.parseInt(next.substring(next.indexOf(':') + 1)) + 1;
        String where = " at OnErrorTest.java:" + number + ", in the function of map at ";
        assertThat(aside(1000).stream().map(text -> text.replaceAll("map at [^\"]*", "map at ")))
                .containsExactly(
                        entry(
                                "partition 0 record 1",
                                "numbers",
                                "java.lang.NumberFormatException: For input string: \"x\"" + where,
                                "text",
                                "x"),
                        entry(
                                "partition 1 record 0",
                                "numbers",
                                "java.lang.NumberFormatException: For input string: \"y\"" + where,
                                "text",
                                "y"));
        assertThat(directory.resolve("batch-2000.jsonl")).doesNotExist();
    }

    private static <T> T odd(int number, T value) {
        if (number % 2 == 0) {
            throw new IllegalArgumentException("even");
        }
        return value;
    }

    /** Gives a record before it fails. */
    private static <T> Iterator<T> oddLate(int number, T value) {
        return IntStream.range(0, 2)
                .mapToObj(i -> i == 0 ? value : odd(number, value))
                .iterator();
    }

    @Test
    void shouldHoldForEveryOperationThatTakesOneRecord() throws IOException {
        List<Integer> input = List.of(1, 2, 3);
        List<List<?>> results = new ArrayList<>();
        try (StreamingContext ssc = context()) {
            DStream<Integer> numbers = Programs.batches(ssc, input);
            PairDStream<Integer, Integer> pairs = numbers.mapToPair(n -> Tuple2.of(n, n));
            ErrorPolicy policy = ErrorPolicy.quarantine();
            collect(numbers.map(n -> odd(n, n)).onError(policy), results);
            collect(numbers.filter(n -> odd(n, true)).onError(policy), results);
            collect(numbers.flatMap(n -> oddLate(n, n)).onError(policy), results);
            collect(numbers.flatMapList(n -> odd(n, List.of(n))).onError(policy), results);
            collect(numbers.mapToPair(n -> Tuple2.of(odd(n, n), n)).onError(policy), results);
            collect(numbers.flatMapToPair(n -> oddLate(n, Tuple2.of(n, n))).onError(policy), results);
            collect(pairs.mapValues(n -> odd(n, n)).onError(policy), results);
            ssc.runBatches(1);
        }
        List<Tuple2<Integer, Integer>> kept = List.of(Tuple2.of(1, 1), Tuple2.of(3, 3));
        assertThat(results)
                .containsExactly(
                        List.of(1, 3),
                        List.of(1, 3),
                        List.of(1, 1, 3, 3),
                        List.of(1, 3),
                        kept,
                        List.of(kept.get(0), kept.get(0), kept.get(1), kept.get(1)),
                        kept);
        assertThat(aside(1000)).hasSize(7).allMatch(line -> line.contains("\"place\":\"partition 1 record 0\""));
    }

    private static void collect(DStreamLike<?, ?, ?> stream, List<List<?>> results) {
        stream.foreachRDD(rdd -> {
            results.add(rdd.collect());
        });
    }

    @Test
    void shouldLeaveTheStateAsItWasWhenTheFunctionOfARecordFails() throws IOException {
        try (StreamingContext ssc = context()) {
            MapWithStateDStream<String, Integer, Integer, Integer> sums = Programs.batches(
                            ssc, List.of(1, 2, 3), List.of(5, 4))
                    .mapToPair(n -> Tuple2.of("sum", n))
                    .<Integer, Integer>mapWithState(StateType.of("sums", Integer.class), (time, key, value, state) -> {
                        state.update(state.orElse(0) + value.orElse(0));
                        return Optional.of(odd(value.orElse(0), state.get()));
                    })
                    .onError(ErrorPolicy.quarantine());
            List<List<Integer>> mapped = Programs.collected(sums);
            List<List<?>> states = new ArrayList<>();
            collect(sums.stateSnapshots(), states);
            ssc.runBatches(2);
            assertThat(mapped).containsExactly(List.of(1, 4), List.of(9));
            assertThat(states).containsExactly(List.of(Tuple2.of("sum", 4)), List.of(Tuple2.of("sum", 9)));
        }
        assertThat(aside(1000)).singleElement().asString().contains("\"operator\":\"sums\"", "record 1\"");
        assertThat(aside(2000)).singleElement().asString().contains("\"operator\":\"sums\"", "record 1\"");
    }

    /** A call for a timeout has no record. */
    @Test
    void shouldFailTheBatchWhenACallForATimeoutFails() {
        try (StreamingContext ssc = context()) {
            Programs.collected(Programs.batches(ssc, List.of(1), List.of(), List.of(), List.of())
                    .mapToPair(n -> Tuple2.of("key", n))
                    .<Integer, Integer>mapWithState(
                            StateType.of("idle", Integer.class).timeout(Durations.seconds(1)),
                            (time, key, value, state) -> {
                                if (state.isTimingOut()) {
                                    throw new IllegalStateException("too late");
                                }
                                state.update(1);
                                return Optional.empty();
                            })
                    .onError(ErrorPolicy.quarantine()));
            assertThatThrownBy(() -> ssc.runBatches(4)).hasMessageContaining("too late");
        }
    }

    @Test
    void shouldPutAsideWithinOneOutputWhatAnotherMeetsAgain() throws IOException {
        try (StreamingContext ssc = context()) {
            DStream<Integer> odd = Programs.batches(ssc, List.of(1, 2, 3, 4))
                    .map(n -> odd(n, new Object()).hashCode() == 0 ? n : n)
                    .onError(ErrorPolicy.quarantine());
            Programs.collected(odd);
            Programs.collected(Programs.batches(ssc, List.of(7)).union(odd)); // other partitions of another dataset
            ssc.runBatches(1);
        }
        assertThat(aside(1000)).hasSize(2);
    }

    @Test
    void shouldFailTheBatchAndKeepNothingWhenMoreFailThanThePolicyAllows() {
        try (StreamingContext ssc = context()) {
            Programs.collected(Programs.batches(ssc, List.of(2, 4, 6))
                    .map(n -> odd(n, n))
                    .named("odd")
                    .onError(ErrorPolicy.quarantine().atMost(2)));
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .message()
                    .satisfies(message -> assertThat(message.replaceAll("OnErrorTest.java:\\d+", "X")
                                    .replaceAll("partition \\d record \\d", "P"))
                            .isEqualTo(
                                    "batch 1000 ms failed: more than 2 records of one batch failed in odd (map at X),"
                                            + " among them P: java.lang.IllegalArgumentException: even at X, in the function of map"
                                            + " at X; correct the function or its input, or raise atMost(2)\nThe program has"
                                            + " stopped; without a checkpoint directory this batch is not run again."));
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldEndATaskWithoutAnotherAttemptWhenItsOwnRecordsAreTooMany() {
        try (StreamingContext ssc = context()) {
            List<Integer> attempts = new ArrayList<>();
            Programs.collected(Programs.batches(ssc, List.of(1, 2, 4))
                    .map(n -> {
                        attempts.add(Objects.requireNonNull(TaskContext.get()).attemptNumber());
                        return odd(n, n);
                    })
                    .onError(ErrorPolicy.quarantine().atMost(1)));
            assertThatThrownBy(() -> ssc.runBatches(1)).hasMessageContaining("failed once: more than 1 records");
            assertThat(attempts).containsOnly(0);
        }
    }

    @Test
    void shouldNeverPutAsideForWhatIsNotTheRecordsFault() {
        try (StreamingContext ssc = context()) {
            Programs.collected(Programs.batches(ssc, List.of(1))
                    .map(n -> {
                        if (n == 1) {
                            throw new NoClassDefFoundError("gone");
                        }
                        return n;
                    })
                    .onError(ErrorPolicy.quarantine()));
            assertThatThrownBy(() -> ssc.runBatches(1)).hasRootCauseInstanceOf(NoClassDefFoundError.class);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    @Timeout(60)
    void shouldNotPutAsideTheRecordAtWhichTheBatchIsCancelled() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        try (StreamingContext ssc = new StreamingContext(
                new MillraceConf()
                        .setMaster("local[2]")
                        .set("millrace.streaming.quarantine.directory", directory.toString()),
                Durations.milliseconds(10))) {
            Programs.collected(Programs.batches(ssc, List.of(1))
                    .map(n -> {
                        running.countDown();
                        try {
                            new CountDownLatch(1).await();
                            return n;
                        } catch (InterruptedException e) {
                            throw new IllegalStateException("as many programs do", e);
                        }
                    })
                    .onError(ErrorPolicy.quarantine()));
            ssc.start();
            assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(ssc.stop(java.time.Duration.ZERO)).isEqualTo(StopResult.ROLLED_BACK);
        }
        assertThat(directory).isEmptyDirectory();
    }

    /** There may be so much that writing it down takes longer than a stop has time. */
    @Test
    @Timeout(60)
    void shouldWriteDownNothingOfABatchThatIsCancelledBefore() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        try (StreamingContext ssc = new StreamingContext(
                new MillraceConf()
                        .setMaster("local[2]")
                        .set("millrace.streaming.quarantine.directory", directory.toString()),
                Durations.milliseconds(10))) {
            Programs.batches(ssc, List.of(1, 2))
                    .map(n -> odd(n, n))
                    .onError(ErrorPolicy.quarantine())
                    .foreachRDD(rdd -> {
                        rdd.count();
                        running.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            // an output that takes no notice
                        }
                    });
            ssc.start();
            assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(ssc.stop(java.time.Duration.ZERO)).isEqualTo(StopResult.ROLLED_BACK);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldFailTheActionWhenNoBatchIsThereToWriteDownTheRecord() {
        try (StreamingContext ssc = context()) {
            List<Throwable> thrown = new ArrayList<>();
            Programs.batches(ssc, List.of(2))
                    .map(n -> odd(n, n))
                    .onError(ErrorPolicy.quarantine())
                    .foreachRDD(rdd -> {
                        Thread own = new Thread(rdd::count);
                        own.setUncaughtExceptionHandler((thread, e) -> thrown.add(e));
                        own.start();
                        own.join();
                    });
            ssc.runBatches(1);
            assertThat(thrown)
                    .singleElement()
                    .satisfies(e -> assertThat(e).hasCauseInstanceOf(UserCodeException.class));
        }
    }

    @Test
    void shouldBeRefusedAtStartWhereNoRecordCanBeTold() {
        try (StreamingContext ssc = Programs.local(conf)) {
            String[] line = new String[3];
            ErrorPolicy policy = ErrorPolicy.quarantine();
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1));
            numbers.mapPartitions((line[0] = Here.line()) == null ? null : records -> records)
                    .named("whole")
                    .onError(policy)
                    .print();
            numbers.transform((line[1] = Here.line()) == null ? null : rdd -> rdd)
                    .onError(policy);
            numbers.map((line[2] = Here.line()) == null ? null : n -> n).onError(policy);
            numbers.count().onError(ErrorPolicy.fail());
            String why = " has onError(quarantine()), and does not call a function of the program with one record at a"
                    + " time, so nobody could tell which record to put aside; move onError to a map, filter, flatMap or"
                    + " mapWithState before it, or remove it";
            String where = ", and there is no place for it; set a checkpoint directory, or add"
                    + " conf.set(\"millrace.streaming.quarantine.directory\", \"DIRECTORY\")";
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(InvalidProgramException.class)
                    .hasMessage("This program cannot be started:\n"
                            + "  - mapPartitions at " + line[0] + " has onError(quarantine())" + where + "\n"
                            + "  - transform at " + line[1] + " has onError(quarantine())" + where + "\n"
                            + "  - map at " + line[2] + " has onError(quarantine())" + where + "\n"
                            + "  - whole (mapPartitions at " + line[0] + ")" + why + "\n"
                            + "  - transform at " + line[1] + why);
        }
    }

    @Test
    void shouldAskForANameWhenThereIsACheckpoint() {
        try (StreamingContext ssc = context()) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            String[] line = new String[1];
            ssc.quarantined(directory)
                    .named("in")
                    .map((line[0] = Here.line()) == null ? null : entry -> entry)
                    .onError(ErrorPolicy.quarantine())
                    .print();
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessage("With a checkpoint directory, everything that is kept needs a name of its own:\n"
                            + "  - map at " + line[0]
                            + " has onError(quarantine()) and no name, by which its records are"
                            + " found; add .named(\"map-1\")");
        }
    }

    @Test
    void shouldRefuseAQuarantineWithoutRoom() {
        assertThatThrownBy(() -> ErrorPolicy.quarantine().atMost(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a quarantine of at most 0 records; let it take one, or use ErrorPolicy.fail()");
    }

    @Test
    void shouldGiveEveryRecordOrPutItAside() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<List<Integer>> batches = IntStream.range(0, 20)
                .mapToObj(i -> random.ints(random.nextInt(60), 0, 1000).boxed().toList())
                .toList();
        int modulus = 1 + random.nextInt(5);
        List<List<Integer>> given;
        try (StreamingContext ssc = context()) {
            given = Programs.collected(Programs.batches(ssc, batches)
                    .map(n -> {
                        if (n % modulus == 0) {
                            throw new IOException("unlucky");
                        }
                        return n;
                    })
                    .named("all")
                    .onError(ErrorPolicy.quarantine()));
            ssc.runBatches(batches.size());
        }
        List<Integer> again = new ArrayList<>();
        try (StreamingContext ssc = Programs.local()) {
            ssc.quarantined(directory, "all", Integer.class).foreachRDD(rdd -> {
                again.addAll(rdd.collect());
            });
            ssc.runAvailable();
        }
        List<Integer> all = new ArrayList<>(again);
        given.forEach(all::addAll);
        assertThat(all)
                .as("seed " + seed)
                .containsExactlyInAnyOrderElementsOf(
                        batches.stream().flatMap(List::stream).toList());
        assertThat(again)
                .as("in order, seed " + seed)
                .isEqualTo(batches.stream()
                        .flatMap(List::stream)
                        .filter(n -> n % modulus == 0)
                        .toList());
    }
}
