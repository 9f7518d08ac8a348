/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.internal.graph.StreamOutput;

/** An output operation that was registered. */
public final class OutputOperation {
    private final StreamingContext context;
    private final StreamOutput<?> output;

    OutputOperation(StreamingContext context, StreamOutput<?> output) {
        this.context = context;
        this.output = output;
    }

    /** Gives the output its name: its identity in the checkpoint and in what its code is told. */
    public OutputOperation named(String name) {
        context.checkNotStarted("named", output.operator());
        output.setName(name);
        return this;
    }

    /** The operation and its line, after its name if it has one. */
    @Override
    public String toString() {
        return output.toString();
    }
}
