/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance.oracle;

import static dev.millrace.conformance.oracle.SparkFunctions.spark;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Tuple2;
import dev.millrace.testkit.random.EngineRunner;
import dev.millrace.testkit.random.Functions;
import dev.millrace.testkit.random.Kind;
import dev.millrace.testkit.random.Operation;
import dev.millrace.testkit.random.RandomInput;
import dev.millrace.testkit.random.RandomProgram;
import dev.millrace.testkit.random.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each accepted difference, shown by the smallest program that has it. */
@Tag("full")
class AcceptedDifferencesTest {
    private static final Duration ONE = Durations.seconds(1);
    private static final Duration TWO = Durations.seconds(2);

    @TempDir
    private static Path directory;

    private static SparkStreaming original;

    @BeforeAll
    static void open() {
        original = new SparkStreaming(directory);
    }

    @AfterAll
    static void close() {
        original.close();
    }

    /** The batches of a stream made of an input, on Spark Streaming. */
    private static List<List<Object>> there(
            List<List<Object>> batches, int slide, Function<JavaDStream<Integer>, Object> stream) throws IOException {
        RandomInput input = new RandomInput(Kind.NUMBERS, 1, batches);
        return original.run(batches.size(), List.of(slide), (context, arrivals) -> {
                    JavaDStream<Integer> numbers =
                            original.input(context, input).map(n -> (Integer) n);
                    arrivals.collect("out", stream.apply(numbers));
                })
                .get("out");
    }

    /** The batches of the same made of the steps of a random program, here. */
    private static List<List<Object>> here(List<List<Object>> batches, Step... steps) throws IOException {
        return here(batches, steps.length, steps);
    }

    /** The batches of one of the steps. */
    private static List<List<Object>> here(List<List<Object>> batches, int output, Step... steps) throws IOException {
        RandomProgram program = new RandomProgram(
                1, List.of(new RandomInput(Kind.NUMBERS, 1, batches)), List.of(steps), List.of(output));
        return EngineRunner.on("local[2]").run(program).get(RandomProgram.name(output));
    }

    private static Step step(Operation operation, int input, int first, int second) {
        return new Step(operation, List.of(input), first, second);
    }

    private static JavaPairDStream<String, Integer> keyed(JavaDStream<Integer> numbers) {
        return numbers.mapToPair(n -> new scala.Tuple2<>("k0", n));
    }

    private static final Step KEYED = step(Operation.KEY_NUMBERS, 0, 1, 1);

    private static Object pair(int value) {
        return Tuple2.of("k0", value);
    }

    @Test
    void shouldDropAKeyWithItsLastRecord() throws IOException {
        List<List<Object>> batches = List.of(List.of(5), List.of());
        assertThat(there(
                        batches,
                        1,
                        in -> keyed(in)
                                .reduceByKeyAndWindow(spark(Functions.sum()), spark(Functions.difference()), ONE, ONE)))
                .containsExactly(List.of(pair(5)), List.of(pair(0)));
        assertThat(here(batches, KEYED, step(Operation.SUM_WINDOW, 1, 1, 1)))
                .containsExactly(List.of(pair(5)), List.of());
    }

    @Test
    void shouldCountNothingBeforeTheFirstRecord() throws IOException {
        List<List<Object>> batches = List.of(List.of(), List.of(7), List.of());
        assertThat(there(batches, 1, in -> in.countByWindow(ONE, ONE)))
                .containsExactly(List.of(), List.of(1L), List.of(0L));
        assertThat(here(batches, step(Operation.COUNT_WINDOW, 0, 1, 1)))
                .containsExactly(List.of(0), List.of(1), List.of(0));
    }

    @Test
    void shouldCountOnlyRecordsOfAWindow() throws IOException {
        List<List<Object>> batches = List.of(List.of(5), List.of(1));
        assertThat(there(
                        batches,
                        2,
                        in -> keyed(in)
                                .reduceByKeyAndWindow(spark(Functions.sum()), spark(Functions.difference()), ONE, TWO)))
                .containsExactly(List.of(pair(6)));
        assertThat(here(batches, KEYED, step(Operation.SUM_WINDOW, 1, 1, 2))).containsExactly(List.of(pair(1)));
    }

    @Test
    void shouldKeepInAWindowWhatItsFilterDrops() throws IOException {
        List<List<Object>> batches = List.of(List.of(3), List.of(1));
        assertThat(there(
                        batches,
                        1,
                        in -> keyed(in)
                                .reduceByKeyAndWindow(
                                        spark(Functions.sum()),
                                        spark(Functions.difference()),
                                        TWO,
                                        ONE,
                                        2,
                                        pair -> pair._2() % 3 != 0)))
                .containsExactly(List.of(), List.of(pair(1)));
        assertThat(here(batches, KEYED, step(Operation.SUM_WINDOW_FILTERED, 1, 2, 1)))
                .containsExactly(List.of(), List.of(pair(4)));
    }

    @Test
    void shouldLayOutAJoinedWindowByKey() throws IOException {
        List<List<Object>> batches = List.of(List.of(9, 6));
        assertThat(there(batches, 1, in -> {
                    JavaPairDStream<String, Integer> window =
                            in.mapToPair(spark(Functions.keyEach(1))).window(TWO, ONE);
                    window.fullOuterJoin(window).foreachRDD(rdd -> rdd.count());
                    return window;
                }))
                .containsExactly(List.of(Tuple2.of("n9", 10), Tuple2.of("n6", 7)));
        Step window = step(Operation.WINDOW_PAIRS, 1, 2, 1);
        Step join = new Step(Operation.FULL_JOIN, List.of(2, 2), 1, 1);
        assertThat(here(batches, 2, step(Operation.KEY_EACH, 0, 1, 1), window, join))
                .containsExactly(List.of(Tuple2.of("n6", 7), Tuple2.of("n9", 10)));
    }

    @Test
    void shouldBeTheListOfThePageForPorts() throws IOException {
        String page = Files.readString(Path.of("../docs/coming-from-spark.md"));
        String section =
                page.substring(page.indexOf("\n## Where results differ\n")).split("\n## ")[1];
        assertThat(section.lines().filter(line -> line.startsWith("| ")).skip(1))
                .containsExactlyElementsOf(Stream.of(AcceptedDifference.values())
                        .map(difference -> "| " + difference.there() + " | " + difference.here() + " |")
                        .toList());
    }
}
