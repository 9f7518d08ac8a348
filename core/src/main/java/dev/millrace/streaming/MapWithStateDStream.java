/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.Tuple2;
import dev.millrace.internal.graph.MappedNode;
import dev.millrace.internal.graph.StreamNode;

/**
 * The values that the function of {@code mapWithState} returns in each batch: partition by partition, first for the
 * records in order of arrival, then for the keys that timed out, in order of first arrival.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 * @param <S> the type of the state
 * @param <M> the type of the mapped values
 */
public final class MapWithStateDStream<K, V, S, M> extends DStream<M> {
    private final StreamNode<Tuple2<K, S>> state;

    MapWithStateDStream(StreamingContext context, MappedNode<M> node, StreamNode<Tuple2<K, S>> state) {
        super(context, node);
        this.state = state;
    }

    @Override
    public MapWithStateDStream<K, V, S, M> named(String name) {
        super.named(name);
        return this;
    }

    @Override
    public MapWithStateDStream<K, V, S, M> onError(ErrorPolicy policy) {
        super.onError(policy);
        return this;
    }

    /** All keys with their state after each batch, in order of first arrival within a partition. */
    public PairDStream<K, S> stateSnapshots() {
        return pairs(state);
    }
}
