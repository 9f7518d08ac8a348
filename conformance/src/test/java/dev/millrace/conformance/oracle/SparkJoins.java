/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance.oracle;

import static dev.millrace.conformance.oracle.SparkFunctions.ours;
import static dev.millrace.conformance.oracle.SparkFunctions.spark;

import dev.millrace.Tuple2;
import dev.millrace.testkit.random.Functions;
import dev.millrace.testkit.random.ModelRunner;
import dev.millrace.testkit.random.Step;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.Optional;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.api.java.JavaPairDStream;

/** The joins of Spark Streaming. */
record SparkJoins(JavaPairRDD<String, Integer> table) {
    /** @param slide of what the step takes */
    JavaPairDStream<String, Integer> of(
            Step step, JavaPairDStream<String, Integer> in, JavaPairDStream<String, Integer> other, Duration slide) {
        int p = step.first();
        Duration slow = slide.times(step.second());
        return switch (step.operation()) {
            case JOIN -> in.join(other, p).mapValues(SparkJoins::both);
            case LEFT_JOIN -> in.leftOuterJoin(other).mapValues(SparkJoins::leftAndPerhapsRight);
            case RIGHT_JOIN ->
                in.rightOuterJoin(other, p)
                        .mapValues(pair -> Functions.rightAndPerhapsLeft().call(Tuple2.of(ours(pair._1()), pair._2())));
            case FULL_JOIN -> in.fullOuterJoin(other).mapValues(SparkJoins::either);
            case COGROUP ->
                in.cogroup(other, p)
                        .mapValues(
                                lists -> Functions.sizesAndSums().call(Tuple2.of(list(lists._1()), list(lists._2()))));
            case JOIN_OF_SUMS ->
                in.reduceByKey(spark(Functions.sum()))
                        .join(other.reduceByKey(spark(Functions.sum())))
                        .mapValues(SparkJoins::both);
            case JOIN_WINDOWS ->
                in.window(slide.times(p), slow)
                        .join(other.window(slide.times(3), slow))
                        .mapValues(SparkJoins::both);
            case FULL_JOIN_WINDOWS ->
                in.window(slide.times(2), slow)
                        .fullOuterJoin(other.window(slide.times(p), slow), p)
                        .mapValues(SparkJoins::either);
            case SUBTRACT -> in.transformWithToPair(other, (rdd, there, time) -> rdd.subtractByKey(there, p));
            default -> throw ModelRunner.unknown(step);
        };
    }

    /** With the table, which is the same in each batch. */
    JavaPairDStream<String, Integer> ofTable(Step step, JavaPairDStream<String, Integer> in) {
        return in.transformToPair(rdd -> rdd.leftOuterJoin(table, step.first()))
                .mapValues(SparkJoins::leftAndPerhapsRight);
    }

    private static int both(scala.Tuple2<Integer, Integer> values) throws Exception {
        return Functions.both().call(ours(values));
    }

    private static int leftAndPerhapsRight(scala.Tuple2<Integer, Optional<Integer>> values) throws Exception {
        return Functions.leftAndPerhapsRight().call(Tuple2.of(values._1(), ours(values._2())));
    }

    private static int either(scala.Tuple2<Optional<Integer>, Optional<Integer>> values) throws Exception {
        return Functions.either().call(Tuple2.of(ours(values._1()), ours(values._2())));
    }

    /** The values of a group. */
    static List<Integer> list(Iterable<Integer> values) {
        List<Integer> all = new ArrayList<>();
        values.forEach(all::add);
        return all;
    }
}
