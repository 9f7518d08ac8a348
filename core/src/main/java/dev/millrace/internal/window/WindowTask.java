/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StepChange;
import dev.millrace.internal.lineage.StepInput;
import dev.millrace.internal.lineage.StepOutput;
import dev.millrace.internal.lineage.StepTask;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Moves one partition of a window to a batch.
 *
 * @param earlier the times of the panes before this batch's own, oldest first
 */
record WindowTask<K, V, R>(
        Operator operator, BatchTime time, List<BatchTime> earlier, WindowShape shape, WindowProgram<K, V, R> program)
        implements StepTask<SlidingTable<List<WindowContents.Pane<K, V>>, Tuple2<K, R>>> {
    @Override
    public List<SlidingTable<List<WindowContents.Pane<K, V>>, Tuple2<K, R>>> open(MemorySpace space, int partitions) {
        return Stream.generate(() -> new SlidingTable<>(operator, () -> program.open(shape), space))
                .limit(partitions)
                .toList();
    }

    @Override
    public StepChange run(
            SlidingTable<List<WindowContents.Pane<K, V>>, Tuple2<K, R>> table, StepInput input, StepOutput output) {
        List<WindowContents.Pane<K, V>> panes = new ArrayList<>();
        for (int i = 0; i < earlier.size(); i++) {
            int place = i;
            panes.add(new WindowContents.Pane<K, V>(earlier.get(i), () -> input.<Tuple2<K, V>>readEarlier(place)));
        }
        panes.add(new WindowContents.Pane<K, V>(time, () -> input.<Tuple2<K, V>>read(0)));
        table.slide(time, panes, output::record);
        return StepChange.NONE;
    }
}
