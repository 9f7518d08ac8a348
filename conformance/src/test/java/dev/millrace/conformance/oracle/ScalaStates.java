/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance.oracle;

import dev.millrace.function.Function4;
import dev.millrace.streaming.BatchTime;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.HashPartitioner;
import org.apache.spark.rdd.RDD;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.dstream.DStream;
import org.apache.spark.streaming.dstream.DStream$;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** States of Spark Streaming that only its Scala API has. */
final class ScalaStates {
    private ScalaStates() {}

    /** A state whose update is told of batch and key. */
    static JavaPairDStream<String, Integer> update(
            JavaPairDStream<String, Integer> in,
            Function4<BatchTime, String, List<Integer>, Optional<Integer>, Optional<Integer>> function,
            int partitions,
            Option<RDD<Tuple2<String, Integer>>> initial) {
        ClassTag<String> keys = ClassTag$.MODULE$.apply(String.class);
        ClassTag<Integer> values = ClassTag$.MODULE$.apply(Integer.class);
        DStream<Tuple2<String, Integer>> states = DStream$.MODULE$
                .toPairDStreamFunctions(in.dstream(), keys, values, null)
                .updateStateByKey(update(function), new HashPartitioner(partitions), true, initial, values);
        return JavaPairDStream.fromPairDStream(states, keys, values);
    }

    private static scala.Function4<Time, String, Seq<Integer>, Option<Integer>, Option<Integer>> update(
            Function4<BatchTime, String, List<Integer>, Optional<Integer>, Optional<Integer>> function) {
        return (scala.Function4<Time, String, Seq<Integer>, Option<Integer>, Option<Integer>> & Serializable)
                (time, key, values, state) -> {
                    Optional<Integer> before = state.isDefined() ? Optional.of(state.get()) : Optional.empty();
                    try {
                        return Option.apply(function.call(
                                        BatchTime.of(time.milliseconds()),
                                        key,
                                        CollectionConverters.asJava(values),
                                        before)
                                .orElse(null));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                };
    }
}
