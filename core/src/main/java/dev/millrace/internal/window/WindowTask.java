/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
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
record WindowTask<K, V, R>(BatchTime time, List<BatchTime> earlier, WindowShape shape, WindowProgram<K, V, R> program)
        implements StepTask<WindowTable<K, V, R>> {
    @Override
    public List<WindowTable<K, V, R>> open(MemorySpace space, int partitions) {
        return Stream.generate(() -> new WindowTable<>(() -> program.open(shape), space.reservation()))
                .limit(partitions)
                .toList();
    }

    @Override
    public StepChange run(WindowTable<K, V, R> table, StepInput input, StepOutput output) {
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
