/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.operators.BrokenPromise;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.internal.operators.UserCode;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream whose batches the program's own code makes, once a batch; it may run actions. */
public final class TransformNode<S, T> extends StreamNode<T> {
    private final StreamNode<S> parent;
    private final Wrap<S> wrap;
    private final Function2<RDD<S>, BatchTime, ? extends RDD<T>> function;

    /** Makes the handle of the kind that the program sees: of records or of pairs. */
    public interface Wrap<S> {
        RDD<S> of(BatchScope batch, RddNode<S> lineage);
    }

    public TransformNode(
            Operator operator,
            StreamNode<S> parent,
            Wrap<S> wrap,
            Function2<RDD<S>, BatchTime, ? extends RDD<T>> function) {
        super(operator, List.of(parent), parent.slide());
        this.parent = parent;
        this.wrap = wrap;
        this.function = function;
    }

    @Override
    protected RddNode<T> compute(BatchScope batch) {
        RDD<S> input = wrap.of(batch, batch.lineage(parent));
        Holder<RDD<T>> result = new Holder<>();
        try {
            JobScope.under(new JobLabel(batch.time(), null), () -> result.value = function.call(input, batch.time()));
            if (result.value == null) {
                throw new BrokenPromise("returned null; return an RDD, rdd.context().emptyRDD() for none");
            }
        } catch (Throwable e) {
            throw UserCode.ofDatasetsFailed(operator(), e);
        }
        return RddAccess.rdds().node(result.value);
    }

    private static final class Holder<V> {
        private @Nullable V value;
    }
}
