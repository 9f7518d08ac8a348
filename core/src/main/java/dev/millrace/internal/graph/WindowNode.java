/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.internal.materialise.ChangeBlock;
import dev.millrace.internal.materialise.PaneStep;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The records of the last batches of a stream, from panes that the engine keeps; early windows are shorter. */
public final class WindowNode<T> extends StreamNode<T> {
    private final PaneNode<T> panes;

    public WindowNode(Operator operator, PaneNode<T> panes, Duration slide) {
        super(operator, List.of(panes), slide);
        this.panes = panes;
    }

    /** The panes are what is kept, so the name that the program gives is theirs too. */
    @Override
    public void setName(String explicit) {
        super.setName(explicit);
        panes.setName(explicit);
    }

    @Override
    protected RddNode<T> compute(BatchScope batch) {
        return new UnionNode<>(operator(), List.copyOf(panes.held.values()));
    }

    @Override
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        problems.addAll(misaligned("length", panes.length));
        problems.addAll(misaligned("slide", slide()));
        return problems;
    }

    private List<String> misaligned(String what, Duration duration) {
        long step = panes.slide().toMillis();
        long given = duration.toMillis();
        if (given > 0 && given % step == 0) {
            return List.of();
        }
        long below = given / step * step;
        return List.of(operator() + ": the window's " + what + " is " + given + " ms, and its stream has a batch each "
                + step + " ms; use a multiple, such as " + (below > 0 ? below + " or " : "") + (below + step) + " ms");
    }

    /** Keeps each batch of the parent for as long as a window can contain it. */
    public static final class PaneNode<T> extends StreamNode<T> {
        private final StreamNode<T> parent;
        private final Duration length;
        private final NavigableMap<BatchTime, MaterializedNode<T>> held = new TreeMap<>();

        public PaneNode(Operator operator, StreamNode<T> parent, Duration length) {
            super(operator, List.of(parent), parent.slide());
            this.parent = parent;
            this.length = length;
        }

        @Override
        protected RddNode<T> compute(BatchScope batch) {
            PaneStep<T> step = new PaneStep<>(name(), batch.time(), operator(), batch.lineage(parent), batch.codec());
            batch.materialise(step);
            MaterializedNode<T> pane = step.output();
            held.put(batch.time(), pane);
            BatchTime oldest = batch.time().minus(length);
            while (!held.isEmpty() && !held.firstKey().isAfter(oldest)) {
                drop(batch);
            }
            return pane;
        }

        private void drop(BatchScope batch) {
            BatchTime time = held.firstKey();
            int partitions = held.remove(time).partitions();
            ValueCodec codec = batch.codec();
            if (codec != null) {
                ChangeBlock block = new ChangeBlock(codec);
                for (int p = 0; p < partitions; p++) {
                    block.remove(PaneStep.logKey(time, p));
                }
                batch.changed(name(), List.of(block.toBytes()));
            }
            batch.releaseAfterwards(name(), time);
        }

        /** Takes back a pane that the engine has restored. */
        public void restored(BatchTime time, int partitions) {
            held.put(time, PaneStep.outputOf(operator(), name(), time, partitions));
        }

        @Override
        public boolean isDurable() {
            return true;
        }
    }
}
