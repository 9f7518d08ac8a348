/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.internal.graph.InputNode;

/**
 * A stream that data enters through.
 *
 * @param <T> the type of the records
 */
public non-sealed class InputDStream<T> extends DStream<T> {
    InputDStream(StreamingContext context, InputNode<T> node) {
        super(context, node);
    }

    @Override
    public InputDStream<T> named(String name) {
        super.named(name);
        return this;
    }
}
