/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.function.Function2;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import java.time.Duration;
import java.util.List;

/** A context's work with several of its streams: it makes others of them, and remembers their batches. */
abstract sealed class StreamCombinations extends StreamInputs permits StreamingContext {
    /**
     * Keeps the records of the batches of all streams for as long as {@code duration}, so that {@link DStreamLike#slice} and {@link
     * DStreamLike#compute} find them. It costs as much as a window of that length over each stream, states included, of which each batch
     * keeps all keys: counted in the memory budget, beyond it on disk, and not in the checkpoint. Once, before the start.
     *
     * @throws IllegalArgumentException if it is not positive, or was said before
     */
    public void remember(Duration duration) {
        Operator operator = Operator.here("remember");
        self().checkNotStarted("remember", operator);
        Duration before = self().remembered().kept();
        if (duration.isNegative() || duration.isZero() || before != null) {
            throw new IllegalArgumentException(operator + " is given " + duration.toMillis() + " ms"
                    + (before == null
                            ? ", for which no batch can be kept; pass a positive duration"
                            : ", and " + before.toMillis() + " ms were given before; call it once"));
        }
        self().remembered().keep(duration);
    }

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
