/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.internal.joins.JoinKind;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StepChange;
import dev.millrace.internal.lineage.StepInput;
import dev.millrace.internal.lineage.StepOutput;
import dev.millrace.internal.lineage.StepTask;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Joins two windows out of their panes. Nothing of it is logged: it follows from the panes, which are.
 *
 * @param left panes that are laid out by {@code partitioner}, oldest first; this batch's own is the last
 * @param right likewise
 */
public record JoinedWindowsStep<K, V, W>(
        String name,
        BatchTime time,
        Operator operator,
        Side<K, V> left,
        Side<K, W> right,
        Partitioner partitioner,
        JoinKind kind)
        implements MaterialiseStep<SlidingTable<JoinedWindows.Sides<K>, Object>> {

    /**
     * A window.
     *
     * @param panes of batches of which the window has none that is {@code millis} older than this
     */
    public record Side<K, V>(List<MaterializedNode<Tuple2<K, V>>> panes, long millis) {
        private MaterializedNode<Tuple2<K, V>> own() {
            return panes.get(panes.size() - 1);
        }

        private List<MaterializedNode<Tuple2<K, V>>> earlier() {
            return panes.subList(0, panes.size() - 1);
        }

        private List<BatchTime> times() {
            return panes.stream().map(MaterializedNode::time).toList();
        }
    }

    @Override
    public List<MaterializedNode<?>> inputs() {
        return List.of(left.own(), right.own());
    }

    @Override
    public List<MaterializedNode<?>> earlier() {
        List<MaterializedNode<?>> earlier = new ArrayList<>(left.earlier());
        earlier.addAll(right.earlier());
        return earlier;
    }

    @Override
    public StepTask<SlidingTable<JoinedWindows.Sides<K>, Object>> task() {
        return new Task<>(time, left.times(), right.times(), operator, kind, left.millis(), right.millis());
    }

    @Override
    public Kept kept() {
        return Kept.NOTHING;
    }

    /** The leaf through which the pairs are read. */
    public <A, B> MaterializedNode<Tuple2<K, Tuple2<A, B>>> output() {
        return new MaterializedNode<>(
                operator, name, time, partitioner.numPartitions(), partitioner, MaterializedNode.Part.RECORDS);
    }

    private record Task<K>(
            BatchTime time,
            List<BatchTime> left,
            List<BatchTime> right,
            Operator operator,
            JoinKind kind,
            long leftMillis,
            long rightMillis)
            implements StepTask<SlidingTable<JoinedWindows.Sides<K>, Object>> {
        @Override
        public List<SlidingTable<JoinedWindows.Sides<K>, Object>> open(MemorySpace space, int partitions) {
            return Stream.generate(() -> new SlidingTable<JoinedWindows.Sides<K>, Object>(
                            operator, () -> new JoinedWindows<>(operator, kind, leftMillis, rightMillis), space))
                    .limit(partitions)
                    .toList();
        }

        @Override
        public StepChange run(SlidingTable<JoinedWindows.Sides<K>, Object> table, StepInput input, StepOutput output) {
            table.slide(
                    time,
                    new JoinedWindows.Sides<K>(panes(input, 0, left, 0), panes(input, 1, right, left.size() - 1)),
                    output::record);
            return StepChange.NONE;
        }

        /** @param before how many of the earlier panes are of other windows and come before */
        private List<WindowContents.Pane<K, Object>> panes(
                StepInput input, int side, List<BatchTime> times, int before) {
            List<WindowContents.Pane<K, Object>> panes = new ArrayList<>();
            for (int i = 0; i < times.size() - 1; i++) {
                int place = before + i;
                panes.add(new WindowContents.Pane<K, Object>(
                        times.get(i), () -> input.<Tuple2<K, Object>>readEarlier(place)));
            }
            panes.add(new WindowContents.Pane<K, Object>(time, () -> input.<Tuple2<K, Object>>read(side)));
            return panes;
        }
    }
}
