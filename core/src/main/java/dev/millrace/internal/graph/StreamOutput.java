/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.function.VoidFunction2;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.Output;
import dev.millrace.spi.OutputBatch;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One output operation of the program: a stream and what is done with each of its batches. */
public final class StreamOutput<T> {
    private final Operator operator;
    private final StreamNode<T> stream;
    private final Action<T> action;
    private @Nullable String name;
    private int index;

    public StreamOutput(Operator operator, StreamNode<T> stream, Action<T> action) {
        this.operator = operator;
        this.stream = stream;
        this.action = action;
    }

    /** The action of an output on a batch. */
    public sealed interface Action<T> {}

    /** The program's own code, at least once. */
    public record Foreach<T>(TransformNode.Wrap<T> wrap, VoidFunction2<RDD<T>, OutputBatch> function)
            implements Action<T> {}

    /** Exactly once. */
    public record ExactlyOnce<T>(Output<? super T> output) implements Action<T> {}

    public Operator operator() {
        return operator;
    }

    public StreamNode<T> stream() {
        return stream;
    }

    public Action<T> action() {
        return action;
    }

    public void setName(String explicit) {
        name = explicit;
    }

    public boolean isNamed() {
        return name != null;
    }

    public String name() {
        return name != null ? name : operator.name().toLowerCase(Locale.ROOT) + "-" + index;
    }

    /** The place of this output among those of the program, from 0 on. */
    public int number() {
        return index;
    }

    void setIndex(int place) {
        index = place;
    }

    @Override
    public String toString() {
        return name != null ? name + " (" + operator + ")" : operator.toString();
    }
}
