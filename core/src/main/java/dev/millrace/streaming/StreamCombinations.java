/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.function.Function2;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import java.util.List;

/** The streams that a context makes of several others, which are all its own. */
abstract sealed class StreamCombinations permits StreamingContext {
    abstract StreamingContext self();

    /** The records of all streams, batch by batch, in the order of the streams; all must have the same slide. */
    @SafeVarargs
    @SuppressWarnings("varargs") // it only reads them
    public final <T> DStream<T> union(DStream<T>... streams) {
        return new DStream<>(self(), Combinations.union(self(), List.of(streams)));
    }

    /** The pairs of all streams, batch by batch, in the order of the streams; all must have the same slide. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public final <K, V> PairDStream<K, V> union(PairDStream<K, V>... streams) {
        return new PairDStream<>(self(), Combinations.union(self(), List.of(streams)));
    }

    /** The records of all streams, or the pairs if they are streams of pairs, as {@link #union(DStream[])} has them. */
    public <T, S extends DStreamLike<T, S, ?>> S union(List<? extends DStreamLike<T, S, ?>> streams) {
        StreamNode<T> union = Combinations.union(self(), streams);
        return streams.get(0).same(union);
    }

    /**
     * The batches of several streams replaced by what the program's code makes of them; runs once a batch on the batch thread. All
     * must have the same slide.
     *
     * @param streams of records or of pairs, whose RDDs the function is given in this order; at least one
     */
    public <T> DStream<T> transform(
            List<? extends DStreamLike<?, ?, ?>> streams, Function2<List<RDD<?>>, BatchTime, RDD<T>> function) {
        return new DStream<>(self(), Combinations.transform(self(), "transform", streams, function));
    }

    /** Like {@link #transform}, into pairs. */
    public <K, V> PairDStream<K, V> transformToPair(
            List<? extends DStreamLike<?, ?, ?>> streams, Function2<List<RDD<?>>, BatchTime, PairRDD<K, V>> function) {
        return new PairDStream<>(self(), Combinations.transform(self(), "transformToPair", streams, function));
    }
}
