/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import static dev.millrace.testkit.PortabilityAssertions.assertPortable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Tuple2;
import dev.millrace.rdd.Broadcast;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.PairRDD;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PortabilityAssertionsTest {
    /** A record and a key as they should be. */
    public record Word(String text, Size size) {}

    /** The length of a word. */
    public enum Size {
        SHORT,
        LONG
    }

    private static Word word(String text) {
        return new Word(text, text.length() < 3 ? Size.SHORT : Size.LONG);
    }

    private static void count(DStream<?> stream) {
        stream.foreachRDD(rdd -> rdd.count()).named("counted");
    }

    private static DStream<String> lines(StreamingContext ssc) {
        return ssc.queueStream(new java.util.ArrayDeque<dev.millrace.rdd.RDD<String>>())
                .named("lines");
    }

    /** The findings in a program on lines, without the numbers of lines. */
    private static String findings(Consumer<DStream<String>> program) {
        String[] message = {"nothing"};
        try {
            assertPortable(
                    ssc -> program.accept(lines(ssc)),
                    driver -> driver.input("lines").batch("a", "a", "bcd").batch("a"));
        } catch (AssertionError e) {
            message[0] = e.getMessage();
        }
        return message[0].replaceAll("PortabilityAssertionsTest\\.java:\\d+", "LINE");
    }

    @Test
    void shouldAcceptAProgramOfEveryKind() {
        assertPortable(
                ssc -> {
                    ssc.registerTypes(Word.class);
                    Broadcast<Map<String, Integer>> weights =
                            ssc.millraceContext().broadcast(Map.of("a", 2));
                    LongAccumulator seen = ssc.millraceContext().longAccumulator("seen");
                    DStream<String> lines = lines(ssc);
                    PairRDD<Word, Integer> known =
                            ssc.millraceContext().parallelizePairs(List.of(Tuple2.of(word("a"), 1)), 2);
                    DStream<Word> words = lines.map(PortabilityAssertionsTest::word);
                    words.mapToPair(word -> Tuple2.of(word, weights.value().getOrDefault(word.text(), 1)))
                            .reduceByKey(Integer::sum)
                            .transformToPair(rdd -> rdd.join(known).mapValues(Tuple2::_1))
                            .updateStateByKey(
                                    StateType.of("totals", Integer.class),
                                    (values, total) -> Optional.of(total.orElse(0) + values.size()))
                            .named("totals")
                            .foreachRDD(rdd -> rdd.foreach(pair -> seen.add(1)))
                            .named("foreach");
                    words.mapToPair(word -> Tuple2.of(word, 1))
                            .reduceByKeyAndWindow(Integer::sum, Durations.seconds(2))
                            .named("window")
                            .filter(pair -> pair._2() > 0)
                            .flatMapList(pair -> List.of(pair, pair))
                            .mapPartitions(pairs -> pairs)
                            .foreachRDD(rdd -> {
                                rdd.persist();
                                assertThat(rdd.count()).isEqualTo(rdd.distinct().count() * 2);
                                rdd.unpersist();
                            })
                            .named("rows");
                },
                driver -> {
                    driver.input("lines").batch("a", "bcd").batch("a");
                    driver.advanceBatches(2);
                    assertThat(driver.output("totals").last()).containsExactly(Tuple2.of(word("a"), 2));
                });
    }

    @Test
    void shouldNameTheFunctionThatCannotBeSent() {
        Object lock = new Object();
        String told =
                " cannot be sent to a task: it holds an object of java.lang.Object, which is not Serializable; make it"
                        + " in the function, or hold it in a static or transient field";
        assertThat(findings(lines -> {
                    count(lines.map(line -> line + lock.hashCode()));
                    lines.mapToPair(line -> Tuple2.of(line, 1))
                            .mapWithState(StateType.of("s", Integer.class), (time, key, value, state) -> {
                                state.update(lock.hashCode());
                                return Optional.of(key);
                            })
                            .named("mapped")
                            .foreachRDD(rdd -> rdd.foreach(line -> lock.hashCode()))
                            .named("each");
                }))
                .isEqualTo("This program is not portable:"
                        + "\n  - the function given to mapWithState at LINE" + told
                        + "\n  - the function given to map at LINE" + told
                        + "\n  - the function given to an action at LINE" + told);
        assertThatThrownBy(() -> assertPortable(ssc -> count(lines(ssc).filter(line -> lock.equals(line)))))
                .as("without records")
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the function given to filter at ");
    }

    @Test
    void shouldFindAFunctionThatChangesWhatItHolds() {
        AtomicLong counter = new AtomicLong();
        List<String> all = new ArrayList<>();
        String told =
                " changes an object that it holds; each task of a cluster has a copy of that, so the change would be"
                        + " lost: use an accumulator or a state";
        assertThat(findings(lines -> {
                    count(lines.map(line -> line + counter.incrementAndGet()));
                    lines.foreachRDD(rdd -> rdd.foreach(all::add)).named("each");
                }))
                .isEqualTo("This program is not portable:"
                        + "\n  - the function given to map at LINE" + told
                        + "\n  - the function given to an action at LINE" + told);
    }

    @Test
    void shouldFindAFunctionThatChangesItsRecord() {
        assertThat(findings(lines -> count(lines.map(line -> new ArrayList<>(List.of(line)))
                        .named("lists")
                        .map(list -> {
                            list.add("more");
                            return list.size();
                        }))))
                .contains(
                        "the function given to map at LINE changed a record that it was given; other outputs and a task that is"
                                + " tried again see the change: return a new object");
        assertThat(findings(lines -> lines.foreachRDD(rdd -> rdd.mapToPair(
                                        line -> Tuple2.of(1, new ArrayList<>(List.of(line))))
                                .reduceByKey((first, second) -> {
                                    first.addAll(second);
                                    return first;
                                })
                                .count())
                        .named("reduced")))
                .contains(
                        "the function changed one of the values that it merges in place, given to reduceByKey at LINE");
    }

    /** Hashes an enum as the JVM does, which is another hash in each process. */
    public static final class Unstable {
        final Size size;

        Unstable(Size size) {
            this.size = size;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Unstable that && that.size == size;
        }

        @Override
        public int hashCode() {
            return Objects.hash(size);
        }
    }

    /** Is equal to nothing else, and says that it hashes well. */
    public static final class Alone {
        final String text;

        Alone(String text) {
            this.text = text;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }
    }

    @Test
    void shouldFindKeysThatAreOthersInAnotherProcess() {
        String here = PortabilityAssertionsTest.class.getName();
        assertThat(findings(lines -> {
                    lines.context().registerTypes(Unstable.class, Size.class, Alone.class);
                    lines.foreachRDD(rdd -> {
                                rdd.mapToPair(line -> Tuple2.of(
                                                new Unstable(word(line).size()), 1))
                                        .reduceByKey(Integer::sum)
                                        .count();
                                rdd.mapToPair(line -> Tuple2.of(new Alone(line), 1))
                                        .groupByKey()
                                        .count();
                                rdd.mapToPair(line -> Tuple2.of(word(line), 1))
                                        .groupByKey()
                                        .count();
                                rdd.mapToPair(line -> Tuple2.of(line, 1))
                                        .groupByKey()
                                        .count();
                            })
                            .named("keys");
                }))
                .isEqualTo("This program is not portable:"
                        + "\n  - keys of type " + here
                        + "$Alone at groupByKey at LINE are not equal to their copies; let equals()"
                        + " and hashCode() take what the type holds, or make it a record"
                        + "\n  - keys of type " + here
                        + "$Word at groupByKey at LINE cannot be sent to another process: a"
                        + " value of type " + here
                        + "$Word cannot be stored or sent: the type is not declared; declare it:"
                        + " registerTypes(Word.class)"
                        + "\n  - keys of type " + here
                        + "$Unstable at reduceByKey at LINE have another hashCode() in another"
                        + " process, so that one key would be in several partitions; let hashCode() take what the type holds,"
                        + " name() of an enum, or make it a record");
    }

    @Test
    void shouldTellOfABatchThatFails() {
        assertThat(findings(lines -> count(lines.map(line -> line.charAt(7)))))
                .startsWith("This program is not portable:\n  - batch 1000 ms failed: ")
                .contains("the function given to map at LINE threw java.lang.StringIndexOutOfBoundsException");
    }
}
