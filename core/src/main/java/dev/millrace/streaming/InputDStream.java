/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.SourceInput;

/**
 * A stream that data enters through.
 *
 * @param <T> the type of the records
 */
public non-sealed class InputDStream<T> extends DStream<T> {
    private final InputNode<T> node;

    InputDStream(StreamingContext context, InputNode<T> node) {
        super(context, node);
        this.node = node;
    }

    /**
     * What feeds the stream: of a stream that was made by {@code from}, the source, which may have more to offer, such as to commit the
     * offsets of Kafka; of another stream, this.
     */
    public final Object inputDStream() {
        return node instanceof SourceInput<T> fed ? fed.source() : this;
    }

    @Override
    public InputDStream<T> named(String name) {
        super.named(name);
        return this;
    }
}
