/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.graph.UnionStreamNode;
import dev.millrace.internal.lineage.Operator;
import java.util.ArrayList;
import java.util.List;

/** Makes unions of streams. */
final class Unions {
    private Unions() {}

    /** All streams must be of the context: of another one's nobody here would run a batch. */
    static <T> StreamNode<T> of(StreamingContext context, List<? extends DStreamLike<T, ?, ?>> streams) {
        if (streams.isEmpty()) {
            throw new IllegalArgumentException("a union of no streams; pass at least one");
        }
        Operator operator = Operator.here("union");
        List<StreamNode<T>> nodes = new ArrayList<>();
        for (DStreamLike<T, ?, ?> stream : streams) {
            if (stream.context != context) {
                throw new IllegalArgumentException(operator + " is of " + context + ", and its stream " + stream.node
                        + " is of " + stream.context + ", whose batches run on their own; make all streams of a program"
                        + " in one context, or write the one with an output and read it here with an input");
            }
            nodes.add(stream.node);
        }
        UnionStreamNode<T> union = new UnionStreamNode<>(operator, nodes);
        context.add(union);
        return union;
    }
}
