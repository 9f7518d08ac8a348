/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.rdd.RDD;

/**
 * A stream of records: an RDD per batch.
 *
 * @param <T> the type of the records
 */
public sealed class DStream<T> extends DStreamLike<T, DStream<T>, RDD<T>> permits InputDStream, MapWithStateDStream {
    DStream(StreamingContext context, StreamNode<T> node) {
        super(context, node);
    }

    @Override
    final DStream<T> self() {
        return this;
    }

    @Override
    final DStream<T> same(StreamNode<T> result) {
        return stream(result);
    }

    @Override
    final RDD<T> rdd(RddNode<T> lineage) {
        return RddAccess.rdds().wrap(context.millraceContext(), lineage);
    }
}
