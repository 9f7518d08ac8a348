/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.Tuple2;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.Combine;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.operators.Aggregation;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.rdd.Partitioner;
import java.io.Serializable;
import java.util.Comparator;
import java.util.Iterator;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.jspecify.annotations.Nullable;

/**
 * Both sides of a shuffle. Spark moves and sorts encoded blocks and never sees a key: the map side combines and writes
 * blocks, the reduce side reads them in order of map task and combines in order of first arrival.
 */
record Exchange<K, V, C>(
        Partitioner target,
        @Nullable Combine<V, C> combine,
        ValueCodec codec,
        long shuffle,
        Operator operator,
        Operator mapStage,
        MapObservations observations)
        implements Serializable {

    static <K, V, C> Exchange<K, V, C> of(ShuffleNode<K, V, C> node, ValueCodec codec, MapObservations observations) {
        return new Exchange<>(
                node.target(),
                node.combine(),
                codec,
                node.id(),
                node.operator(),
                node.parent().operator(),
                observations);
    }

    @SuppressWarnings("unchecked")
    JavaRDD<Object> over(JavaRDD<Object> parent, int reducers) {
        JavaRDD<scala.Tuple2<BlockKey, byte[]>> blocks = parent.mapPartitionsWithIndex(
                (mapTask, pairs) -> write(mapTask, (Iterator<Tuple2<K, V>>) (Iterator<?>) pairs), false);
        return JavaPairRDD.fromJavaRDD(blocks)
                .repartitionAndSortWithinPartitions(new ReducerPartitioner(reducers), Comparator.naturalOrder())
                .mapPartitions(sorted -> new LazyIterator<>(scope -> scope.leaf(read(sorted))));
    }

    private Iterator<scala.Tuple2<BlockKey, byte[]>> write(int mapTask, Iterator<Tuple2<K, V>> pairs) {
        Iterator<? extends Tuple2<?, ?>> records = combine == null || !combine.mapSide()
                ? pairs
                : new LazyIterator<>(scope -> Aggregation.entries(Aggregation.combine(pairs, combine)));
        return new BlockWriter(this, mapTask, records);
    }

    /** The records of one reducer. */
    private Iterator<Tuple2<K, C>> read(Iterator<scala.Tuple2<BlockKey, byte[]>> sorted) {
        if (combine == null) {
            return new BlockReader<>(codec, sorted);
        }
        OrderedMap<K, C> map = new OrderedMap<>();
        if (combine.mapSide()) {
            new BlockReader<K, C>(codec, sorted)
                    .forEachRemaining(pair ->
                            Aggregation.addCombined(map, pair._1(), StableHash.of(pair._1()), pair._2(), combine));
        } else {
            new BlockReader<K, V>(codec, sorted)
                    .forEachRemaining(
                            pair -> Aggregation.addValue(map, pair._1(), StableHash.of(pair._1()), pair._2(), combine));
        }
        return Aggregation.entries(map);
    }
}
