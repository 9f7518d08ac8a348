/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance.oracle;

import static dev.millrace.conformance.oracle.SparkFunctions.pairwise;
import static dev.millrace.conformance.oracle.SparkFunctions.spark;

import dev.millrace.testkit.random.Functions;
import dev.millrace.testkit.random.ModelRunner;
import dev.millrace.testkit.random.Operation;
import dev.millrace.testkit.random.RandomInput;
import dev.millrace.testkit.random.RandomProgram;
import dev.millrace.testkit.random.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;

/** The streams of a random program, made by the operations of Spark Streaming. */
final class SparkProgram {
    private final RandomProgram program;
    private final List<Integer> slides;
    private final List<Object> streams = new ArrayList<>();
    private final JavaStreamingContext context;
    private final SparkStates states;
    private final SparkJoins joins;

    SparkProgram(
            RandomProgram program, JavaStreamingContext context, Function<RandomInput, JavaDStream<Object>> inputs) {
        this.program = program;
        slides = program.slides();
        this.context = context;
        JavaPairRDD<String, Integer> initial = context.sparkContext()
                .parallelizePairs(
                        Functions.initial().stream().map(SparkFunctions::spark).toList(), 2);
        states = new SparkStates(initial);
        joins = new SparkJoins(initial);
        program.inputs().forEach(input -> streams.add(inputs.apply(input)));
        program.steps().forEach(step -> streams.add(apply(step)));
    }

    /** The stream at a place, of records or of pairs. */
    Object stream(int place) {
        return streams.get(place);
    }

    private Object apply(Step step) {
        int place = step.inputs().get(0);
        return switch (step.operation().takes()) {
            case NUMBERS -> numbers(step, records(place));
            case WORDS -> words(step, records(place));
            case PAIRS -> pairs(step, pairs(place));
        };
    }

    private Object numbers(Step step, JavaDStream<Integer> in) {
        int p = step.first();
        return switch (step.operation()) {
            case MULTIPLY -> in.map(spark(Functions.multiply(p)));
            case REPEAT -> in.flatMap(spark(Functions.repeat()));
            case FILTER -> in.filter(spark(Functions.filter(p)));
            case MAP_PARTITIONS -> in.mapPartitions(spark(Functions.minus(p)));
            case GLOM -> in.glom().flatMap(spark(Functions.<Integer>all()));
            case BROADCAST -> {
                Broadcast<List<Integer>> shared = context.sparkContext().broadcast(Functions.shared());
                yield in.map(spark(Functions.plusShared(shared::value)));
            }
            case TO_WORDS -> in.map(spark(Functions.toWord(p)));
            case KEY_NUMBERS -> in.mapToPair(spark(Functions.keyNumber(p)));
            case KEY_EACH -> in.mapToPair(spark(Functions.keyEach(p)));
            case UNION_NUMBERS -> in.union(records(step.inputs().get(1)));
            case COUNT -> in.count().map(spark(Functions.toInt()));
            case REPARTITION -> in.repartition(p);
            case REDUCE -> in.reduce(spark(Functions.max()));
            case QUARANTINE -> in.filter(spark(Functions.filter(p))).map(spark(Functions.divide(p)));
            case TRANSFORM -> in.transform(rdd -> rdd.map(spark(Functions.plus((int) (rdd.count() % p)))));
            case PARTITIONS_TO_PAIR -> in.mapPartitionsToPair(spark(Functions.keyNumbers(p)));
            case TRANSFORM_WITH ->
                in.transformWith(
                        records(step.inputs().get(1)),
                        (rdd, other, time) -> rdd.map(spark(Functions.plus((int) (other.count() % p)))));
            case TRANSFORM_BOTH ->
                context.transform(
                        List.of(in, records(step.inputs().get(1))),
                        (rdds, time) -> numbers(rdds, 0).union(numbers(rdds, 1)));
            case COUNT_WINDOW, MAX_OF_WINDOW, SUM_OF_WINDOW -> window(step).ofNumbers(step, in);
            default -> throw ModelRunner.unknown(step);
        };
    }

    private Object words(Step step, JavaDStream<String> in) {
        return switch (step.operation()) {
            case LENGTH -> in.map(spark(Functions.length(step.first())));
            case LETTERS -> in.flatMap(spark(Functions.letters()));
            case KEY_WORDS -> in.mapToPair(spark(Functions.keyWord(step.first())));
            case KEY_LETTERS -> in.flatMapToPair(spark(Functions.keyLetters(step.first())));
            case DISTINCT -> in.transform(rdd -> rdd.distinct(step.first()));
            case INTERSECTION ->
                in.transformWith(
                        this.<String>records(step.inputs().get(1)), (rdd, other, time) -> rdd.intersection(other));
            case INDEX ->
                in.transformToPair(rdd -> rdd.sortBy(word -> word, true, step.first())
                        .zipWithIndex()
                        .mapValues(spark(Functions.toInt())));
            case WINDOW_WORDS, COUNT_VALUE_WINDOW -> window(step).ofWords(step, in);
            case COUNT_BY_VALUE -> in.countByValue(step.first()).mapValues(spark(Functions.toInt()));
            default -> throw ModelRunner.unknown(step);
        };
    }

    private Object pairs(Step step, JavaPairDStream<String, Integer> in) {
        if (step.operation().isState()) {
            return states.of(step, in, slide(step));
        }
        if (step.operation().arity() == 2 && step.operation() != Operation.UNION_PAIRS) {
            return joins.of(step, in, pairs(step.inputs().get(1)), slide(step));
        }
        if (step.operation().isWindow()) {
            return window(step).ofPairs(step, in);
        }
        int p = step.first();
        return switch (step.operation()) {
            case KEYS -> in.map(pair -> pair._1());
            case VALUES -> in.map(pair -> pair._2());
            case MAP_VALUES -> in.mapValues(spark(Functions.plus(p)));
            case FILTER_PAIRS -> in.filter(pairwise(Functions.filterPair(p)));
            case SUM -> in.reduceByKey(spark(Functions.sum()), p);
            case MAX -> in.reduceByKey(spark(Functions.max()));
            case UNION_PAIRS -> in.union(pairs(step.inputs().get(1)));
            case COMBINE ->
                in.combineByKey(
                        spark(Functions.group()),
                        spark(Functions.groupWith()),
                        spark(Functions.sum()),
                        new HashPartitioner(p));
            case PERSIST -> in.persist().mapValues(n -> n);
            case AGGREGATE ->
                in.transformToPair(
                        rdd -> rdd.aggregateByKey(0, p, spark(Functions.groupWith()), spark(Functions.sum())));
            case SORTED ->
                in.transformToPair(
                        rdd -> rdd.reduceByKey(spark(Functions.sum())).sortByKey(p % 2 == 1, p));
            case GROUP -> in.groupByKey(p).mapValues(SparkProgram::sizeAndSum);
            case TRANSFORM_PAIRS -> in.transformToPair(rdd -> rdd.reduceByKey(spark(Functions.min())));
            case REPEAT_VALUES -> in.flatMapValues(spark(Functions.repeat()));
            case JOIN_TABLE -> joins.ofTable(step, in);
            case TRANSFORM_BY_TIME -> byTime(in, slide(step).milliseconds());
            default -> throw ModelRunner.unknown(step);
        };
    }

    private static JavaPairDStream<String, Integer> byTime(JavaPairDStream<String, Integer> in, long slideMillis) {
        return in.transformToPair((rdd, time) -> {
            int batch = (int) (time.milliseconds() / slideMillis);
            return rdd.mapValues(spark(Functions.plus(batch)));
        });
    }

    static int sizeAndSum(Iterable<Integer> values) throws Exception {
        return Functions.sizeAndSum().call(SparkJoins.list(values));
    }

    private SparkWindow window(Step step) {
        Duration slide = slide(step);
        return new SparkWindow(slide.times(step.first()), slide.times(step.second()));
    }

    /** The slide of what a step takes. */
    private Duration slide(Step step) {
        return new Duration(
                SparkStreaming.BATCH_MILLIS * slides.get(step.inputs().get(0)));
    }

    @SuppressWarnings("unchecked") // a valid program gives each step what it takes
    private static JavaRDD<Integer> numbers(List<JavaRDD<?>> rdds, int place) {
        return (JavaRDD<Integer>) rdds.get(place);
    }

    @SuppressWarnings("unchecked")
    private <T> JavaDStream<T> records(int place) {
        return (JavaDStream<T>) streams.get(place);
    }

    @SuppressWarnings("unchecked")
    private JavaPairDStream<String, Integer> pairs(int place) {
        return (JavaPairDStream<String, Integer>) streams.get(place);
    }
}
