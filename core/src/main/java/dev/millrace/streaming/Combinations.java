/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.function.Function2;
import dev.millrace.internal.graph.CombinedNode;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.graph.TransformNode;
import dev.millrace.internal.graph.UnionStreamNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.rdd.RDD;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Makes streams of several others. All must be of the same context: of another one's nobody here would run a batch. */
final class Combinations {
    private Combinations() {}

    static <T> StreamNode<T> union(StreamingContext context, List<? extends DStreamLike<T, ?, ?>> streams) {
        Operator operator = Operator.here("union");
        checkSome("union", streams);
        List<StreamNode<T>> nodes = new ArrayList<>();
        for (DStreamLike<T, ?, ?> stream : streams) {
            check(context, operator, stream);
            nodes.add(stream.node);
        }
        return added(context, new UnionStreamNode<>(operator, nodes));
    }

    static <T> StreamNode<T> transform(
            StreamingContext context,
            String name,
            List<? extends DStreamLike<?, ?, ?>> streams,
            Function2<List<RDD<?>>, BatchTime, ? extends RDD<T>> function) {
        Operator operator = Operator.here(name);
        checkSome(name, streams);
        streams.forEach(stream -> check(context, operator, stream));
        return added(
                context,
                new TransformNode<>(
                        operator,
                        streams.stream()
                                .<TransformNode.Input<?>>map(DStreamLike::input)
                                .toList(),
                        function));
    }

    /** @param combine what is made of the lineages of a batch, in the order of the streams */
    static <T> StreamNode<T> combined(
            StreamingContext context,
            Operator operator,
            List<? extends DStreamLike<?, ?, ?>> streams,
            Function<List<RddNode<?>>, RddNode<T>> combine) {
        streams.forEach(stream -> check(context, operator, stream));
        return added(
                context,
                new CombinedNode<>(
                        operator,
                        streams.stream()
                                .<StreamNode<?>>map(stream -> stream.node)
                                .toList(),
                        combine));
    }

    private static void checkSome(String name, List<?> streams) {
        if (streams.isEmpty()) {
            throw new IllegalArgumentException("a " + name + " of no streams; pass at least one");
        }
    }

    static void check(StreamingContext context, Operator operator, DStreamLike<?, ?, ?> stream) {
        if (stream.context != context) {
            throw new IllegalArgumentException(operator + " is of " + context + ", and its stream " + stream.node
                    + " is of " + stream.context + ", whose batches run on their own; make all streams of a program"
                    + " in one context, or write the one with an output and read it here with an input");
        }
    }

    private static <N extends StreamNode<?>> N added(StreamingContext context, N node) {
        context.add(node);
        return node;
    }
}
