/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.execute;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.Reservation;
import dev.millrace.internal.memory.SizeEstimate;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.internal.window.WindowContents;
import dev.millrace.internal.window.WindowStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What windows keep from slide to slide. Changed in place: an attempt that fails leaves contents that know they are
 * incomplete, and a batch that is rolled back takes them all along; both are built again from the panes. What a slide
 * gives stands beside the panes until its batch has ended. Written on the batch thread; a partition's contents belong to its task.
 */
final class WindowStore {
    private final MemorySpace space;
    private final PaneStore results;
    private final Map<String, Window<?, ?, ?>> windows = new ConcurrentHashMap<>();

    WindowStore(MemorySpace space, PaneStore results) {
        this.space = space;
        this.results = results;
    }

    private record Window<K, V, R>(List<WindowContents<K, V, R>> partitions, Reservation reservation) {}

    <K, V, R> void run(WindowStep<K, V, R> step, StageRunner stage, Function<TaskScope, LineageReader> readers)
            throws Exception {
        Window<K, V, R> window = window(step);
        results.hold(
                step,
                stage,
                (partition, scope, records) -> {
                    LineageReader reader = readers.apply(scope);
                    List<WindowContents.Pane<K, V>> panes = new ArrayList<>();
                    for (MaterializedNode<Tuple2<K, V>> pane : step.panes()) {
                        panes.add(new WindowContents.Pane<>(pane.time(), () -> reader.read(pane, partition)));
                    }
                    window.partitions().get(partition).slide(step.time(), panes, records::add);
                },
                (partition, records) -> partition);
        window.reservation()
                .setTo(window.partitions().stream()
                        .mapToLong(contents -> contents.bytes(SizeEstimate.ofSeveral()))
                        .sum());
    }

    @SuppressWarnings("unchecked") // one name, one window, one set of types for the life of the context
    private <K, V, R> Window<K, V, R> window(WindowStep<K, V, R> step) {
        return (Window<K, V, R>) windows.computeIfAbsent(step.name(), name -> {
            List<WindowContents<K, V, R>> partitions = new ArrayList<>();
            for (int p = 0; p < step.partitioner().numPartitions(); p++) {
                partitions.add(step.program().open(step.shape()));
            }
            return new Window<>(partitions, space.reservation());
        });
    }

    void settle(boolean committed) {
        if (!committed) {
            clear();
        }
    }

    void clear() {
        windows.values().forEach(window -> window.reservation().close());
        windows.clear();
    }
}
