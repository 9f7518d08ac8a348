/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.error.MillraceException;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.Partitioner;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.ErrorPolicy;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateSpec;
import dev.millrace.streaming.StateType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A record is never null, and neither is a key by which an operator works. Whoever makes one is refused with operator and line, at once
 * and in the same words on either engine. A pair may carry a null.
 */
@ExtendWith(SparkHeldOpen.class)
class NullsTest {
    private static final String RECORD =
            "returned null; return a record; to have none for some of them, filter those out before, or use flatMap";
    private static final String INSIDE = "returned null; leave null out of the iterator";
    private static final String VALUE = "returned null; return a value";
    private static final String ANSWER = "returned null; return true or false";
    private static final String KEY =
            " at LINE was given a pair whose key is null; give it a key, or filter such pairs out before";

    private static <T> T none() {
        return null;
    }

    private static Iterator<Integer> oneNull() {
        return Arrays.asList((Integer) null).iterator();
    }

    private static String given(String operator, String what) {
        return "the function given to " + operator + " at LINE " + what;
    }

    private static PairDStream<Integer, Integer> pairs(DStream<Integer> numbers) {
        return numbers.mapToPair(number -> Tuple2.of(number, number));
    }

    /** Two pairs of one key, so that functions which merge are called. */
    private static PairDStream<Integer, Integer> twice(DStream<Integer> numbers) {
        return numbers.flatMapToPair(
                number -> List.of(Tuple2.of(1, number), Tuple2.of(1, number)).iterator());
    }

    private static PairDStream<Integer, Integer> withoutKey(DStream<Integer> numbers) {
        return numbers.mapToPair(number -> new Tuple2<>(NullsTest.<Integer>none(), number));
    }

    private static PairDStream<Integer, Integer> withoutValue(DStream<Integer> numbers) {
        return numbers.mapToPair(number -> new Tuple2<>(number, NullsTest.<Integer>none()));
    }

    /** Puts each key into one place. */
    private static final class One extends Partitioner {
        @Override
        public int numPartitions() {
            return 1;
        }

        @Override
        public int getPartition(Object key) {
            return 0;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof One;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    /** Programs on streams, each with what it is told. */
    private static Map<String, Tuple2<Function<DStream<Integer>, DStream<?>>, String>> streams() {
        Map<String, Tuple2<Function<DStream<Integer>, DStream<?>>, String>> table = new LinkedHashMap<>();
        table.put("map", Tuple2.of(in -> in.map(number -> none()), given("map", RECORD)));
        table.put("filter", Tuple2.of(in -> in.filter(number -> none()), given("filter", ANSWER)));
        table.put("flatMap", Tuple2.of(in -> in.flatMap(number -> oneNull()), given("flatMap", INSIDE)));
        table.put(
                "flatMapList",
                Tuple2.of(
                        in -> in.flatMapList(number -> NullsTest.<List<Integer>>none()),
                        given("flatMapList", "returned null; return an empty list for no records")));
        table.put(
                "flatMapList, inside",
                Tuple2.of(in -> in.flatMapList(number -> Arrays.asList(number, null)), given("flatMapList", INSIDE)));
        table.put("mapPartitions", Tuple2.of(in -> in.mapPartitions(all -> oneNull()), given("mapPartitions", INSIDE)));
        table.put(
                "reduce", Tuple2.of(in -> twice(in).map(Tuple2::_2).reduce((a, b) -> none()), given("reduce", VALUE)));
        table.put(
                "reduceByWindow",
                Tuple2.of(
                        in -> twice(in)
                                .map(Tuple2::_2)
                                .reduceByWindow((a, b) -> none(), Durations.seconds(2), Durations.seconds(1)),
                        given("reduceByWindow", VALUE)));
        table.put(
                "groupBy",
                Tuple2.of(
                        in -> in.transform(rdd -> rdd.groupBy(number -> none()).map(pair -> 1)),
                        given("groupBy", "returned null; return a key")));
        table.put(
                "sortBy",
                Tuple2.of(
                        in -> in.transform(rdd -> rdd.sortBy(number -> NullsTest.<Integer>none(), true, 2)),
                        given("sortBy", "returned null; return a key")));
        table.put(
                "aggregate",
                Tuple2.of(
                        in -> in.transform(rdd -> rdd.context()
                                .parallelize(List.of(rdd.aggregate(0, (a, b) -> none(), (a, b) -> none())))),
                        given("aggregate", VALUE)));
        table.put(
                "zipPartitions",
                Tuple2.of(
                        in -> in.transform(rdd -> rdd.zipPartitions(rdd, (a, b) -> oneNull())),
                        given("zipPartitions", INSIDE)));
        table.put(
                "mapPartitionsWithIndex",
                Tuple2.of(
                        in -> in.transform(rdd -> rdd.mapPartitionsWithIndex((index, all) -> oneNull(), true)),
                        given("mapPartitionsWithIndex", INSIDE)));
        table.put(
                "transform, inside",
                Tuple2.of(in -> in.transform(rdd -> rdd.map(number -> none())), given("map", RECORD)));
        return table;
    }

    private static Map<String, Tuple2<Function<DStream<Integer>, PairDStream<?, ?>>, String>> pairStreams() {
        Map<String, Tuple2<Function<DStream<Integer>, PairDStream<?, ?>>, String>> table = new LinkedHashMap<>();
        table.put("reduceByKey", Tuple2.of(in -> twice(in).reduceByKey((a, b) -> none()), given("reduceByKey", VALUE)));
        table.put(
                "combineByKey, create",
                Tuple2.of(
                        in -> twice(in)
                                .combineByKey(
                                        number -> NullsTest.<Integer>none(),
                                        Integer::sum,
                                        Integer::sum,
                                        new HashPartitioner(2)),
                        given("combineByKey", VALUE)));
        table.put(
                "combineByKey, merge",
                Tuple2.of(
                        in -> twice(in)
                                .combineByKey(number -> number, (a, b) -> none(), Integer::sum, new HashPartitioner(2)),
                        given("combineByKey", VALUE)));
        table.put(
                "reduceByKeyAndWindow",
                Tuple2.of(
                        in -> twice(in).reduceByKeyAndWindow((a, b) -> none(), Durations.seconds(2)),
                        given("reduceByKeyAndWindow", VALUE)));
        table.put("key of reduceByKey", Tuple2.of(in -> withoutKey(in).reduceByKey(Integer::sum), "reduceByKey" + KEY));
        table.put(
                "key of reduceByKey with a partitioner",
                Tuple2.of(in -> withoutKey(in).reduceByKey(Integer::sum, new One()), "reduceByKey" + KEY));
        table.put("key of groupByKey", Tuple2.of(in -> withoutKey(in).groupByKey(), "groupByKey" + KEY));
        table.put(
                "key of combineByKey",
                Tuple2.of(
                        in -> withoutKey(in)
                                .combineByKey(number -> number, Integer::sum, Integer::sum, new HashPartitioner(2)),
                        "combineByKey" + KEY));
        table.put(
                "key of reduceByKeyAndWindow",
                Tuple2.of(
                        in -> withoutKey(in).reduceByKeyAndWindow(Integer::sum, Durations.seconds(2)),
                        "reduceByKeyAndWindow" + KEY));
        table.put(
                "key of groupByKeyAndWindow",
                Tuple2.of(in -> withoutKey(in).groupByKeyAndWindow(Durations.seconds(2)), "groupByKeyAndWindow" + KEY));
        table.put("key of join", Tuple2.of(in -> withoutKey(in).join(pairs(in)), "join" + KEY));
        table.put(
                "key of the other side of a join",
                Tuple2.of(in -> pairs(in).leftOuterJoin(withoutKey(in)), "leftOuterJoin" + KEY));
        table.put("key of cogroup", Tuple2.of(in -> withoutKey(in).cogroup(pairs(in)), "cogroup" + KEY));
        table.put(
                "key of sortByKey",
                Tuple2.of(in -> withoutKey(in).transformToPair(rdd -> rdd.sortByKey()), "sortByKey" + KEY));
        table.put(
                "aggregateByKey",
                Tuple2.of(
                        in -> twice(in).transformToPair(rdd -> rdd.aggregateByKey(0, (a, b) -> none(), Integer::sum)),
                        given("aggregateByKey", VALUE)));
        table.put(
                "foldByKey",
                Tuple2.of(
                        in -> twice(in).transformToPair(rdd -> rdd.foldByKey(0, (a, b) -> none())),
                        given("foldByKey", VALUE)));
        table.put(
                "flatMapValues",
                Tuple2.of(
                        in -> twice(in)
                                .transformToPair(
                                        rdd -> rdd.flatMapValues(value -> NullsTest.<Iterator<Integer>>none())),
                        given("flatMapValues", "returned null; return an empty iterator for no values")));
        table.put(
                "mapPartitionsToPair",
                Tuple2.of(
                        in -> in.transformToPair(rdd -> rdd.mapPartitionsToPair(all ->
                                Arrays.asList((Tuple2<Integer, Integer>) null).iterator())),
                        given("mapPartitionsToPair", INSIDE)));
        table.put(
                "flatMapToPair",
                Tuple2.of(
                        in -> in.flatMapToPair(number ->
                                Arrays.asList((Tuple2<Integer, Integer>) null).iterator()),
                        given("flatMapToPair", INSIDE)));
        table.put(
                "key of updateStateByKey",
                Tuple2.of(
                        in -> withoutKey(in).<Integer>updateStateByKey((values, state) -> Optional.of(1)),
                        "updateStateByKey" + KEY));
        table.put(
                "key of an initial state",
                Tuple2.of(
                        in -> pairs(in)
                                .updateStateByKey(
                                        (values, state) -> Optional.of(1),
                                        new HashPartitioner(2),
                                        in.context()
                                                .millraceContext()
                                                .parallelize(List.of(new Tuple2<>(NullsTest.<Integer>none(), 1)))),
                        "updateStateByKey" + KEY));
        table.put(
                "an initial state",
                Tuple2.of(
                        in -> pairs(in)
                                .updateStateByKey(
                                        (values, state) -> Optional.of(1),
                                        new HashPartitioner(2),
                                        in.context()
                                                .millraceContext()
                                                .parallelize(List.of(new Tuple2<>(7, NullsTest.<Integer>none())))),
                        "updateStateByKey at LINE was given an initial state that is null, of key 7; leave such keys out"));
        return table;
    }

    private static Map<String, Tuple2<Function<DStream<Integer>, DStream<?>>, String>> states() {
        Map<String, Tuple2<Function<DStream<Integer>, DStream<?>>, String>> table = new LinkedHashMap<>();
        table.put(
                "key of mapWithState",
                Tuple2.of(
                        in -> withoutKey(in)
                                .mapWithState(
                                        StateType.of("sums", Integer.class),
                                        (time, key, value, state) -> Optional.of(1)),
                        "mapWithState" + KEY));
        table.put(
                "value of mapWithState",
                Tuple2.of(
                        in -> withoutValue(in)
                                .mapWithState(
                                        StateType.of("sums", Integer.class),
                                        (time, key, value, state) -> Optional.of(1)),
                        "mapWithState at LINE was given a pair whose value is null, of key 1; give it a value, or filter"
                                + " such pairs out before"));
        table.put(
                "mapWithState without time",
                Tuple2.of(
                        in -> pairs(in)
                                .mapWithState(StateSpec.<Integer, Integer, Integer, Integer>function(
                                        (key, value, state) -> none())),
                        given(
                                "mapWithState",
                                "returned null; return a value; to emit nothing, take the batch's time as first argument and"
                                        + " return Optional.empty()")));
        return table;
    }

    private static void check(
            String master,
            Map<String, String> wrong,
            String name,
            String expected,
            Consumer<DStream<Integer>> program) {
        String told = UserMistakesTest.failure(master, program);
        if (!told.equals(expected) && !told.equals("failed once: " + expected)) {
            wrong.put(name, told);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldRefuseANullWhereItIsMade(String master) {
        Map<String, String> wrong = new TreeMap<>();
        streams()
                .forEach((name, row) -> check(
                        master, wrong, name, row._2(), in -> row._1().apply(in).foreachRDD(rdd -> rdd.count())));
        pairStreams()
                .forEach((name, row) -> check(
                        master, wrong, name, row._2(), in -> row._1().apply(in).foreachRDD(rdd -> rdd.count())));
        states().forEach((name, row) ->
                check(master, wrong, name, row._2(), in -> row._1().apply(in).foreachRDD(rdd -> rdd.count())));
        assertThat(wrong).isEmpty();
    }

    /** Gives a null in its second partition, or instead of it. */
    private record Source(boolean inside) implements PartitionedSource<String> {
        @Override
        public int partitions() {
            return 2;
        }

        @Override
        public Iterator<String> read(int partition) {
            return partition == 0
                    ? List.of("a").iterator()
                    : inside ? Arrays.asList("b", null).iterator() : none();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldRefuseANullWhereDataEnters(String master) {
        Map<String, String> told = new LinkedHashMap<>();
        try (MillraceContext context = new MillraceContext(new MillraceConf().setMaster(master))) {
            Map<String, Runnable> actions = new LinkedHashMap<>();
            actions.put(
                    "parallelize",
                    () -> context.parallelize(Arrays.asList(1, null), 2).collect());
            actions.put(
                    "parallelize, counted",
                    () -> context.parallelize(Arrays.asList(1, null), 2).count());
            actions.put(
                    "parallelizePairs",
                    () -> context.<Integer, Integer>parallelizePairs(Arrays.asList(Tuple2.of(1, 1), null), 2)
                            .collectAsMap());
            actions.put("source", () -> context.from(new Source(true)).collect());
            actions.put("source, empty", () -> context.from(new Source(false)).collect());
            PairRDD<Integer, Integer> halves = context.parallelizePairs(
                    List.of(new Tuple2<>(NullsTest.<Integer>none(), 1), new Tuple2<>(2, NullsTest.<Integer>none())), 1);
            actions.put("keys", () -> halves.keys().collect());
            actions.put("values", () -> halves.values().collect());
            actions.put(
                    "partitionBy",
                    () -> halves.partitionBy(new HashPartitioner(2)).collect());
            actions.put("reduce", () -> context.parallelize(List.of(1, 2), 1).reduce((a, b) -> none()));
            actions.put(
                    "reduce, of partitions",
                    () -> context.parallelize(List.of(1, 2), 2).reduce((a, b) -> none()));
            actions.forEach((name, action) -> told.put(name, message(action)));
        }
        String entry =
                " at LINE gives a record that is null, in partition 1; a record is never null, so leave it out of the"
                        + " data";
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("parallelize", "parallelize" + entry);
        expected.put("parallelize, counted", "parallelize" + entry);
        expected.put("parallelizePairs", "parallelizePairs" + entry);
        expected.put("source", "from" + entry);
        expected.put(
                "source, empty",
                "the source dev.millrace.conformance.NullsTest$Source of from at LINE gives null for partition 1; give an empty"
                        + " iterator for no records");
        expected.put(
                "keys",
                "keys at LINE was given a pair whose key is null, and a record is never null; filter such pairs out before");
        expected.put(
                "values",
                "values at LINE was given a pair whose value is null, and a record is never null; filter such pairs out"
                        + " before");
        expected.put("partitionBy", "partitionBy" + KEY);
        expected.put("reduce", given("reduce", VALUE));
        expected.put("reduce, of partitions", given("reduce", VALUE));
        assertThat(told).isEqualTo(expected);
    }

    private static String message(Runnable action) {
        try {
            action.run();
            return "nothing";
        } catch (MillraceException e) {
            return e.getMessage()
                    .replaceFirst("^task \\d of \\w+ at \\S+ failed once: ", "")
                    .replaceAll("NullsTest\\.java:\\d+", "LINE");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldCarryNullsInsideOfPairs(String master) {
        try (MillraceContext context = new MillraceContext(new MillraceConf().setMaster(master))) {
            List<Tuple2<Integer, Integer>> halves =
                    List.of(new Tuple2<>(none(), 1), new Tuple2<>(2, none()), new Tuple2<>(2, none()));
            PairRDD<Integer, Integer> pairs = context.parallelizePairs(halves, 2);
            assertThat(pairs.mapValues(value -> value).filter(pair -> true).collect())
                    .isEqualTo(halves);
            PairRDD<Integer, Integer> keyed = pairs.filter(pair -> pair._1() != null);
            assertThat(keyed.mapValues(value -> NullsTest.<Integer>none()).collect())
                    .containsExactly(halves.get(1), halves.get(2));
            assertThat(keyed.reduceByKey((a, b) -> a == null && b == null ? 7 : -1)
                            .collect())
                    .containsExactly(Tuple2.of(2, 7));
            assertThat(keyed.partitionBy(new HashPartitioner(2)).collect()).hasSize(2);
            List<Integer> values =
                    new ArrayList<>(keyed.groupByKey().collect().get(0)._2());
            assertThat(values).containsExactly(null, null);
            RDD<Integer> one = keyed.filter(pair -> true).coalesce(1).map(pair -> pair._1());
            assertThat(one.collect()).containsExactly(2, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldPutAsideTheRecordOfWhichAFunctionMadeNull(String master) {
        MillraceConf conf = new MillraceConf().set("millrace.streaming.quarantine.directory", directory.toString());
        List<Integer> given = new ArrayList<>();
        UserMistakesTest.run(
                conf.setMaster(master),
                List.of(1, 2, 3),
                numbers -> numbers.map(number -> number == 2 ? NullsTest.<Integer>none() : number)
                        .named("parsed")
                        .onError(ErrorPolicy.quarantine())
                        .foreachRDD(rdd -> given.addAll(rdd.collect())));
        assertThat(given).containsExactly(1, 3);
    }

    @org.junit.jupiter.api.io.TempDir
    java.nio.file.Path directory;
}
