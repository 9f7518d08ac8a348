/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.error.MillraceException;
import dev.millrace.rdd.Partitioner;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A wrong function is told with its name, its line and the change to make, on either engine. A failure that would come again is
 * tried once.
 */
@ExtendWith(SparkHeldOpen.class)
class UserMistakesTest {
    private static final AtomicInteger CALLS = new AtomicInteger();

    /** Runs a batch of these records. */
    static void run(MillraceConf conf, List<Integer> records, Consumer<DStream<Integer>> program) {
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            Queue<RDD<Integer>> batches = new ArrayDeque<>();
            batches.add(ssc.millraceContext().parallelize(records, 1));
            program.accept(ssc.queueStream(batches));
            ssc.runBatches(1);
        }
    }

    /** Runs a batch of one record, and returns what failed of it, without the names of tasks and the numbers of lines. */
    static String failure(String master, Consumer<DStream<Integer>> program) {
        CALLS.set(0);
        String[] message = new String[1];
        assertThatThrownBy(() -> run(new MillraceConf().setMaster(master), List.of(1), program))
                .isInstanceOf(MillraceException.class)
                .satisfies(e -> message[0] = e.getMessage());
        return message[0]
                .replaceFirst("^batch 1000 ms failed: ", "")
                .replaceFirst("^task \\d of \\w+ at \\S+ failed", "failed")
                .replaceAll("\\w+Test\\.java:\\d+", "LINE")
                .replaceFirst("\nThe program has stopped; .*", "");
    }

    private static void count(PairDStream<?, ?> stream) {
        stream.foreachRDD(rdd -> {
            rdd.count();
        });
    }

    private static void count(DStream<?> stream) {
        stream.foreachRDD(rdd -> {
            rdd.count();
        });
    }

    private static PairDStream<Integer, Integer> pairs(DStream<Integer> numbers) {
        return numbers.mapToPair(number -> Tuple2.of(number, number));
    }

    private static <T> T none() {
        CALLS.incrementAndGet();
        return null;
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldNameTheFunctionThatReturnedNull(String master) {
        String pair = "return a pair for each record; to have none for some of them, filter those out before, or use"
                + " flatMapToPair";
        assertThat(failure(master, numbers -> {
                    numbers.<Integer, Integer>mapToPair(number -> none())
                            .reduceByKey(Integer::sum)
                            .foreachRDD(rdd -> {
                                rdd.count();
                            });
                }))
                .isEqualTo("failed once: the function given to mapToPair at LINE returned null; " + pair);
        assertThat(CALLS).hasValue(1);
        assertThat(failure(master, numbers -> {
                    pairs(numbers)
                            .<Integer>updateStateByKey((values, state) -> none())
                            .foreachRDD(rdd -> {
                                rdd.count();
                            });
                }))
                .isEqualTo(
                        "failed once: the function given to updateStateByKey at LINE returned null; return Optional.empty() to drop the key");
        assertThat(CALLS).hasValue(1);
        assertThat(failure(master, numbers -> {
                    count(numbers.flatMap(number -> UserMistakesTest.<Iterator<Integer>>none()));
                }))
                .isEqualTo(
                        "failed once: the function given to flatMap at LINE returned null; return an empty iterator for no records");
        assertThat(failure(master, numbers -> {
                    count(numbers.mapPartitions(all -> UserMistakesTest.<Iterator<Integer>>none()));
                }))
                .isEqualTo(
                        "failed once: the function given to mapPartitions at LINE returned null; return an empty iterator for no records");
        assertThat(failure(master, numbers -> {
                    numbers.<Integer, Integer>flatMapToPair(number ->
                                    List.of(Optional.<Tuple2<Integer, Integer>>empty()).stream()
                                            .map(empty -> empty.orElse(none()))
                                            .iterator())
                            .foreachRDD(rdd -> {
                                rdd.count();
                            });
                }))
                .isEqualTo(
                        "failed once: the function given to flatMapToPair at LINE returned null; leave null out of the iterator");
        assertThat(failure(master, numbers -> {
                    count(numbers.transform(rdd -> UserMistakesTest.<RDD<Integer>>none()));
                }))
                .isEqualTo(
                        "the function given to transform at LINE returned null; return an RDD, rdd.context().emptyRDD() for none");
        assertThat(failure(master, numbers -> {
                    count(pairs(numbers)
                            .mapWithState(
                                    StateType.of("sums", Integer.class),
                                    (time, key, value, state) -> UserMistakesTest.<Optional<Integer>>none()));
                }))
                .isEqualTo(
                        "failed once: the function given to mapWithState at LINE returned null; return Optional.empty() to emit nothing");
    }

    private static final class Far extends Partitioner {
        @Override
        public int numPartitions() {
            return 2;
        }

        @Override
        public int getPartition(Object key) {
            CALLS.incrementAndGet();
            if (key.equals(0)) {
                throw new ArithmeticException("no zeros");
            }
            return 7;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Far;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldNameThePartitionerThatIsWrong(String master) {
        assertThat(failure(master, numbers -> {
                    count(pairs(numbers).reduceByKey(Integer::sum, new Far()));
                }))
                .isEqualTo(
                        "failed once: the partitioner dev.millrace.conformance.UserMistakesTest$Far given to reduceByKey"
                                + " at LINE puts a key of type java.lang.Integer into partition 7 of 2, which are counted"
                                + " from 0; have getPartition return one of them, such as Math.floorMod(number, numPartitions())");
        assertThat(CALLS).hasValue(1);
        assertThat(failure(master, numbers -> {
                    count(numbers.mapToPair(number -> Tuple2.of(0, number)).reduceByKey(Integer::sum, new Far()));
                }))
                .isEqualTo(
                        "failed 4 times, the last time: the partitioner dev.millrace.conformance.UserMistakesTest$Far"
                                + " given to reduceByKey at LINE threw java.lang.ArithmeticException: no zeros; correct"
                                + " it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldTryOnceAKeyThatIsRefused(String master) {
        assertThat(failure(
                        master,
                        numbers -> count(numbers.mapToPair(number -> {
                                    CALLS.incrementAndGet();
                                    return Tuple2.of(new int[] {number}, number);
                                })
                                .reduceByKey(Integer::sum))))
                .startsWith("failed once: a key of type int[] cannot be partitioned: ");
        assertThat(CALLS).hasValue(1);
    }

    private static int deep(int depth) {
        return 1 + deep(depth + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldSayWhatTheJvmLacks(String master) {
        String deeper = " needs a deeper stack than its thread has (java.lang.StackOverflowError); make a loop of its"
                + " recursion, or start the JVM with a larger -Xss";
        assertThat(failure(master, numbers -> {
                    count(numbers.map(number -> deep(number)));
                }))
                .isEqualTo("failed once: the function given to map at LINE" + deeper);
        assertThat(failure(master, numbers -> {
                    numbers.foreachRDD(rdd -> {
                        deep(1);
                    });
                }))
                .isEqualTo("the function given to foreachRDD at LINE" + deeper);
        assertThat(failure(master, numbers -> {
                    count(numbers.map(number -> {
                        throw new OutOfMemoryError("Java heap space");
                    }));
                }))
                .isEqualTo(
                        "failed once: the JVM is out of memory (Java heap space in the function given to map at LINE); its heap is "
                                + (Runtime.getRuntime().maxMemory() >> 20)
                                + " MB: start it with a larger -Xmx, or have each task hold less, by more partitions or smaller"
                                + " batches");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldAdviseWhatHelps(String master) {
        assertThat(failure(master, numbers -> {
                    numbers.foreachRDD(rdd -> {
                        throw new IOException("disk full");
                    });
                }))
                .isEqualTo("the function given to foreachRDD at LINE threw java.io.IOException: disk full; make"
                        + " what it reads or writes ready again, or correct the function");
        assertThat(failure(master, numbers -> {
                    numbers.foreachRDD(rdd -> {
                        throw new IllegalStateException("no such table");
                    });
                }))
                .isEqualTo("the function given to foreachRDD at LINE threw java.lang.IllegalStateException: no"
                        + " such table; correct the function");
        assertThat(failure(master, numbers -> {
                    count(numbers.map(number -> 1 / (number - 1)));
                }))
                .isEqualTo(
                        "failed 4 times, the last time: the function given to map at LINE threw java.lang.ArithmeticException: / by zero; correct the function, or filter out the records"
                                + " that it cannot take");
    }
}
