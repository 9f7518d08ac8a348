/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.internal.operators.UserCode;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream whose batches the program's own code makes of those of other streams, once a batch; it may run actions. */
public final class TransformNode<T> extends StreamNode<T> {
    private final List<Input<?>> inputs;
    private final Function2<List<RDD<?>>, BatchTime, ? extends RDD<T>> function;

    /** Makes the handle of the kind that the program sees: of records or of pairs. */
    public interface Wrap<S> {
        RDD<S> of(RddNode<S> lineage);
    }

    /** A stream of which the function is given the batch. */
    public record Input<S>(StreamNode<S> stream, Wrap<S> wrap) {
        private RDD<S> of(BatchScope batch) {
            return wrap.of(batch.lineage(stream));
        }
    }

    /** @param inputs at least one */
    public TransformNode(
            Operator operator,
            List<? extends Input<?>> inputs,
            Function2<List<RDD<?>>, BatchTime, ? extends RDD<T>> function) {
        super(
                operator,
                inputs.stream().<StreamNode<?>>map(Input::stream).toList(),
                inputs.get(0).stream().slide());
        this.inputs = List.copyOf(inputs);
        this.function = function;
    }

    @Override
    protected RddNode<T> compute(BatchScope batch) {
        List<RDD<?>> given =
                inputs.stream().<RDD<?>>map(input -> input.of(batch)).toList();
        Holder<RDD<T>> result = new Holder<>();
        try {
            JobScope.under(new JobLabel(batch.time(), null), () -> result.value = function.call(given, batch.time()));
            if (result.value == null) {
                throw new BrokenPromise("returned null; return an RDD, rdd.context().emptyRDD() for none");
            }
        } catch (Throwable e) {
            throw UserCode.ofDatasetsFailed(operator(), e);
        }
        return RddAccess.rdds().node(result.value);
    }

    @Override
    public List<String> problems() {
        return OneSlide.problems(operator(), parents());
    }

    private static final class Holder<V> {
        private @Nullable V value;
    }
}
