/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.error.MillraceException;
import dev.millrace.error.RefusedException;
import dev.millrace.rdd.Broadcast;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateSpec;
import dev.millrace.streaming.StreamingContext;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broadcast value is read in tasks of either engine, is sent once and not with each task, and is refused after its end. */
@ExtendWith(SparkHeldOpen.class)
class BroadcastTest {
    private static final AtomicInteger SENT = new AtomicInteger();

    /** A table that counts how often it is written. */
    private record Table(Map<Integer, String> names) implements Serializable {
        private Object writeReplace() {
            SENT.incrementAndGet();
            return new Sent(names);
        }
    }

    private record Sent(Map<Integer, String> names) implements Serializable {
        private Object readResolve() {
            return new Table(names);
        }
    }

    private static MillraceContext context(String master) {
        return new MillraceContext(new MillraceConf().setMaster(master));
    }

    private static RDD<Integer> numbers(MillraceContext context) {
        return context.parallelize(IntStream.range(0, 8).boxed().toList(), 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldBeReadInTasksAndSentOnce(String master) {
        SENT.set(0);
        Table table = new Table(Map.of(0, "even", 1, "odd"));
        try (MillraceContext context = context(master)) {
            Broadcast<Table> names = context.broadcast(table);
            RDD<String> named = numbers(context).map(n -> names.value().names().get(n % 2));
            for (int i = 0; i < 3; i++) {
                assertThat(named.filter(name -> name.equals("odd")).count()).isEqualTo(4);
            }
            assertThat(named.mapToPair(name -> Tuple2.of(name, 1))
                            .reduceByKey(
                                    (a, b) -> a + b * names.getValue().names().size() / 2)
                            .collectAsMap())
                    .isEqualTo(Map.of("even", 4, "odd", 4));
            assertThat(SENT).hasValueLessThanOrEqualTo(1);
            assertThat(names.value().names()).isEqualTo(table.names());
            names.unpersist();
            names.unpersist(true);
            assertThat(named.count()).isEqualTo(8);
            assertThat(names.isValid()).isTrue();
            assertThat(context.broadcast(table).id()).isNotEqualTo(names.id());
            assertThat(names).hasToString("Broadcast(" + names.id() + ")");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldBeRefusedAfterItsEnd(String master) {
        try (MillraceContext context = context(master)) {
            Broadcast<List<Integer>> factors = context.broadcast(List.of(3));
            String made = Failing.lineAbove();
            RDD<Integer> products =
                    numbers(context).map(n -> n * factors.value().get(0));
            assertThat(products.take(2)).containsExactly(0, 3);
            factors.destroy(true);
            String destroyed = Failing.lineAbove();
            String text = "the value of broadcast at " + made + " is gone: it was destroyed by destroy at " + destroyed
                    + "; destroy it after the last action that uses it, or make a new one";
            assertThat(factors.isValid()).isFalse();
            assertThatThrownBy(factors::value)
                    .isInstanceOf(RefusedException.class)
                    .hasMessage(text);
            assertThatThrownBy(factors::unpersist).hasMessage(text);
            assertThatThrownBy(factors::destroy).hasMessage(text);
            assertThatThrownBy(products::count)
                    .isInstanceOf(MillraceException.class)
                    .hasMessageEndingWith(text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldRefuseWhatIsNoValue(String master) {
        try (MillraceContext context = context(master)) {
            String advice = "cannot be read by tasks; give it a value that is there, such as what collect() returns";
            assertThatThrownBy(() -> context.broadcast(null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("broadcast at BroadcastTest.java:\\d+ of null \\Q" + advice + "\\E");
            RDD<Integer> numbers = numbers(context);
            assertThatThrownBy(() -> context.broadcast(numbers))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("broadcast at BroadcastTest.java:\\d+ of an RDD \\Q" + advice + "\\E");
            context.stop();
            assertThatThrownBy(() -> context.broadcast(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the MillraceContext is stopped, and computes nothing any more; make a new one");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldBeReadByStatesAndInEachBatch(String master) {
        List<Object> seen = new ArrayList<>();
        try (StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster(master), Durations.seconds(1))) {
            Broadcast<Map<String, Integer>> prices = ssc.millraceContext().broadcast(Map.of("tea", 3, "milk", 1));
            Queue<RDD<String>> orders = new ArrayDeque<>();
            orders.add(ssc.millraceContext().parallelize(List.of("tea", "milk", "tea"), 2));
            orders.add(ssc.millraceContext().parallelize(List.of("tea"), 1));
            ssc.queueStream(orders)
                    .mapToPair(item -> Tuple2.of(item, 1))
                    .mapWithState(StateSpec.<String, Integer, Integer, Tuple2<String, Integer>>function(
                            (item, count, spent) -> {
                                int sum = spent.orElse(0)
                                        + count.orElse(0) * prices.value().get(item);
                                spent.update(sum);
                                return Tuple2.of(item, sum);
                            }))
                    .stateSnapshots()
                    .foreachRDD(rdd -> seen.add(rdd.collectAsMap()));
            ssc.runBatches(2);
        }
        assertThat(seen).isEqualTo(List.of(Map.of("tea", 6, "milk", 1), Map.of("tea", 9, "milk", 1)));
    }
}
