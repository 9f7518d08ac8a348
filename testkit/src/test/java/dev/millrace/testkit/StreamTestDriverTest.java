/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.StreamingContextState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class StreamTestDriverTest {
    private static DStream<Integer> numbers(StreamingContext context) {
        return context.queueStream(new ArrayDeque<RDD<Integer>>()).named("numbers");
    }

    // ---- inputs and outputs ----

    @Test
    void shouldCountWords() {
        try (StreamTestDriver driver = StreamTestDriver.of(WordCount::build)) {
            driver.input("lines").batch("a b a");
            driver.advanceBatch();
            assertThat(driver.output("counts").last()).containsExactlyInAnyOrder(Tuple2.of("a", 2), Tuple2.of("b", 1));
        }
    }

    @Test
    void shouldCountBatchesFromOneAndGiveEachOnce() {
        try (StreamTestDriver driver = StreamTestDriver.of(WordCount::build)) {
            driver.input("lines").batch("a").batch().batch("a a", "a");
            driver.advanceBatches(4);
            ObservedStream<Tuple2<String, Integer>> counts = driver.output("counts");
            assertThat(counts.batch(1)).containsExactly(Tuple2.of("a", 1));
            assertThat(counts.batch(2)).isEmpty();
            assertThat(counts.batch(3)).containsExactly(Tuple2.of("a", 3));
            assertThat(counts.all()).hasSize(4);
            assertThat(driver.output("totals").last()).containsExactly(Tuple2.of("a", 4));
        }
    }

    @Test
    void shouldSayWhichBatchesAStreamHasWhenItSlides() {
        StreamProgram program = context -> numbers(context)
                .window(Durations.seconds(2), Durations.seconds(2))
                .named("pairs of batches")
                .foreachRDD(rdd -> rdd.count());
        try (StreamTestDriver driver = StreamTestDriver.of(program)) {
            driver.<Integer>input("numbers").batch(1).batch(2);
            assertThatThrownBy(() -> driver.output("pairs of batches").last())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("\"pairs of batches\" has had no batch yet; call advanceBatch() first");
            driver.advanceBatches(4);
            assertThat(driver.output("pairs of batches").batch(2)).containsExactly(1, 2);
            assertThatThrownBy(() -> driver.output("pairs of batches").batch(3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("\"pairs of batches\" has no batch 3; it has the batches [2, 4], counted from 1");
        }
    }

    @Test
    void shouldListTheNamesWhenANameIsUnknown() {
        try (StreamTestDriver driver = StreamTestDriver.of(WordCount::build)) {
            assertThatThrownBy(() -> driver.input("line"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the program has no input \"line\" for the test to fill; it has [lines]."
                            + " An input gets its name with .named(\"line\")");
            assertThatThrownBy(() -> driver.output("count"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the program has no stream or output \"count\" that is observed; it has"
                            + " [lines, counts, totals, printed]. A stream gets its name with .named(\"count\")");
        }
    }

    @Test
    void shouldRefuseANameThatTwoStreamsHave() {
        StreamProgram program = context -> {
            DStream<Integer> numbers = numbers(context);
            numbers.map(n -> n + 1).named("more").foreachRDD(rdd -> rdd.count());
            numbers.map(n -> n + 2).named("more").foreachRDD(rdd -> rdd.count());
        };
        try (StreamTestDriver driver = StreamTestDriver.of(program)) {
            assertThatThrownBy(() -> driver.output("more"))
                    .hasMessage("the program has several streams or outputs \"more\"; give each a name of its own");
        }
    }

    @Test
    void shouldGiveWhatGoesToTheOutputWhenAStreamHasTheSameName() {
        StreamProgram program = context -> {
            DStream<Integer> numbers = numbers(context);
            numbers.map(n -> n + 1).foreachRDD("numbers", rdd -> rdd.count());
        };
        try (StreamTestDriver driver = StreamTestDriver.of(program)) {
            driver.input("numbers").batch(1);
            driver.advanceBatch();
            assertThat(driver.output("numbers").last()).containsExactly(2);
        }
    }

    @Test
    void shouldSpreadABatchOverTheNumberOfPartitionsThatTheTestSays() {
        StreamProgram program = context -> numbers(context)
                .transform(rdd -> rdd.glom().map(List::size))
                .named("sizes")
                .foreachRDD(rdd -> rdd.count());
        try (StreamTestDriver driver = StreamTestDriver.of(program)) {
            driver.<Integer>input("numbers").batch(1, 2, 3).partitions(3).batch(1, 2, 3);
            driver.advanceBatches(2);
            assertThat(driver.output("sizes").all()).containsExactly(List.of(1, 2), List.of(1, 1, 1));
        }
    }

    @Test
    void shouldKeepARealInputWhenTheTestAsksForIt(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("one.txt"), "a\nb\n");
        StreamProgram program = context -> context.textFileStream(directory.toString(), false)
                .named("lines")
                .foreachRDD(rdd -> rdd.count());
        try (StreamTestDriver driver =
                StreamTestDriver.setup().realInputs("lines").run(program)) {
            assertThat(driver.inputs()).isEmpty();
            driver.advanceBatch();
            assertThat(driver.output("lines").last()).containsExactly("a", "b");
        }
    }

    @Test
    void shouldComputeAStreamForItsObserverOnlyWhenItIsAskedFor() {
        List<Integer> seen = new ArrayList<>();
        StreamProgram program = context -> numbers(context)
                .map(n -> {
                    synchronized (seen) {
                        seen.add(n);
                    }
                    return n;
                })
                .named("noted")
                .foreachRDD("out", rdd -> rdd.count());
        try (StreamTestDriver driver = StreamTestDriver.setup().observeOnly().run(program)) {
            driver.input("numbers").batch(1);
            driver.advanceBatch();
            assertThat(seen).containsExactly(1);
            assertThat(driver.outputs()).isEmpty();
        }
    }

    // ---- errors ----

    @Test
    void shouldThrowWhatTheProgramThrowsWhileItIsBuilt() {
        assertThatThrownBy(() -> StreamTestDriver.of(context -> {
                    throw new IOException("no such table");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the program could not be built: java.io.IOException: no such table");
    }

    @Test
    void shouldRefuseAProgramThatStartsItself() {
        assertThatThrownBy(() -> StreamTestDriver.of(context -> {
                    numbers(context).foreachRDD(rdd -> rdd.count());
                    context.runBatches(0);
                }))
                .hasMessage("the program started its context; leave start() to the caller of build(), here the driver");
    }

    @Test
    void shouldThrowTheFailureOfABatchAndStop() {
        StreamProgram program =
                context -> numbers(context).map(n -> 1 / n).named("inverse").foreachRDD(rdd -> rdd.count());
        try (StreamTestDriver driver = StreamTestDriver.of(program)) {
            driver.input("numbers").batch(0);
            assertThatThrownBy(driver::advanceBatch)
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining("map at StreamTestDriverTest.java:");
            assertThat(driver.context().getState()).isEqualTo(StreamingContextState.STOPPED);
            assertThatThrownBy(driver::advanceBatch)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the program has stopped because ");
        }
    }

    @Test
    void shouldReportProblemsOfTheProgramAtTheFirstBatch() {
        try (StreamTestDriver driver = StreamTestDriver.of(
                context -> numbers(context).window(Durations.milliseconds(1500)).foreachRDD(rdd -> rdd.count()))) {
            assertThatThrownBy(driver::advanceBatch).isInstanceOf(InvalidProgramException.class);
        }
    }

    // ---- mutation ----

    @Test
    void shouldFindAnUpdateFunctionThatChangesAValue() {
        StreamProgram program = context -> context.queueStream(new ArrayDeque<RDD<List<Integer>>>())
                .named("lists")
                .mapToPair(list -> Tuple2.of("all", list))
                .updateStateByKey((List<List<Integer>> values, Optional<List<Integer>> state) -> {
                    List<Integer> all = state.orElse(null);
                    for (List<Integer> value : values) {
                        if (all == null) {
                            all = value;
                        } else {
                            all.addAll(value);
                        }
                    }
                    return Optional.ofNullable(all);
                })
                .foreachRDD(rdd -> rdd.count());
        try (StreamTestDriver driver = StreamTestDriver.of(program)) {
            driver.input("lists").batch(new ArrayList<>(List.of(1)), new ArrayList<>(List.of(2)));
            assertThatThrownBy(driver::advanceBatch)
                    .hasMessageContaining("changed one of the values of key all in place")
                    .hasMessageContaining("StreamTestDriverTest.java:");
        }
    }

    /** It is given a copy. */
    @Test
    void shouldLetAnUpdateFunctionChangeItsState() {
        StreamProgram program = context -> numbers(context)
                .mapToPair(n -> Tuple2.of("all", n))
                .updateStateByKey((List<Integer> values, Optional<List<Integer>> state) -> {
                    List<Integer> all = state.orElseGet(ArrayList::new);
                    all.addAll(values);
                    return Optional.of(all);
                })
                .map(Tuple2::_2)
                .named("lists")
                .foreachRDD(rdd -> rdd.count());
        try (StreamTestDriver driver = StreamTestDriver.of(program)) {
            driver.<Integer>input("numbers").batch(1).batch(2);
            driver.advanceBatches(2);
            assertThat(driver.<List<Integer>>output("lists").all())
                    .containsExactly(List.of(List.of(1)), List.of(List.of(1, 2)));
        }
    }

    @Test
    void shouldFindAMergeThatChangesARecord() {
        StreamProgram program = context -> context.queueStream(new ArrayDeque<RDD<List<Integer>>>())
                .named("lists")
                .window(Durations.seconds(2))
                .mapToPair(list -> Tuple2.of("all", list))
                .reduceByKey((first, second) -> {
                    first.addAll(second);
                    return first;
                })
                .foreachRDD(rdd -> rdd.count());
        try (StreamTestDriver driver = StreamTestDriver.of(program)) {
            driver.input("lists").batch(new ArrayList<>(List.of(1)), new ArrayList<>(List.of(2)));
            assertThatThrownBy(driver::advanceBatch)
                    .hasMessageContaining("changed one of the values that it merges in place");
        }
    }

    // ---- restarts ----

    @Test
    void shouldGoOnFromTheCheckpointAfterARestart(@TempDir Path checkpoint) {
        try (StreamTestDriver driver =
                StreamTestDriver.setup().checkpoint(checkpoint).run(WordCount::build)) {
            driver.input("lines").batch("a").batch("a b").batch("b");
            driver.advanceBatch();
            driver.restart();
            driver.advanceBatch();
            driver.crashAndRestart();
            driver.advanceBatch();
            assertThat(driver.output("totals").batch(3))
                    .containsExactlyInAnyOrder(Tuple2.of("a", 2), Tuple2.of("b", 2));
            assertThat(driver.output("counts").all()).hasSize(3);
        }
    }

    @Test
    void shouldGoOnFromTheCheckpointWithAnotherDriver(@TempDir Path checkpoint) {
        StreamTestSetup setup = StreamTestDriver.setup().checkpoint(checkpoint);
        try (StreamTestDriver first = setup.run(WordCount::build)) {
            first.input("lines").batch("a");
            first.advanceBatch();
        }
        try (StreamTestDriver second = setup.master("local[3]").run(WordCount::build)) {
            second.input("lines").batch("taken before").batch("a");
            second.advanceBatch();
            assertThat(second.output("totals").last()).containsExactly(Tuple2.of("a", 2));
        }
    }

    @Test
    void shouldRunACrashedBatchAgainAtRestart(@TempDir Path checkpoint) {
        try (StreamTestDriver driver =
                StreamTestDriver.setup().checkpoint(checkpoint).run(WordCount::build)) {
            driver.input("lines").batch("a").batch("a");
            driver.crashAt(CrashSite.parse("BEFORE_DECISION#2"));
            driver.advanceBatch();
            assertThatThrownBy(driver::advanceBatch)
                    .isInstanceOf(SimulatedCrash.class)
                    .hasMessage("simulated crash at BEFORE_DECISION#2");
            driver.restart();
            assertThat(driver.output("totals").batch(2)).containsExactly(Tuple2.of("a", 2));
            driver.advanceBatch();
            assertThat(driver.output("totals").batch(3)).containsExactly(Tuple2.of("a", 2));
        }
    }

    @Test
    void shouldRefuseARestartWithoutACheckpoint() {
        try (StreamTestDriver driver = StreamTestDriver.of(WordCount::build)) {
            assertThatThrownBy(driver::restart)
                    .hasMessage("a restart begins anew without a checkpoint;"
                            + " use StreamTestDriver.setup().checkpoint(directory).run(program)");
        }
    }
}
