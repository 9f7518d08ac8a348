/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.execute;

import dev.millrace.Tuple2;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.materialise.Overlay;
import dev.millrace.internal.materialise.StateStep;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A keyed state in memory: a base map a partition at the version of the last committed batch, and while a batch runs
 * the overlays of its winning task attempts. The base is changed only by {@link #settle}, so attempts can fail at will.
 */
final class KeyedState<K, S> {
    private final String step;
    private final List<OrderedMap<K, S>> base = new ArrayList<>();
    private List<Change<K, S>> provisional = List.of();
    private @Nullable BatchTime version;

    KeyedState(String step, int partitions) {
        this.step = step;
        for (int i = 0; i < partitions; i++) {
            base.add(new OrderedMap<>());
        }
    }

    /** What one attempt made: its overlay, and the same encoded if the step is durable. */
    record Change<K, S>(Overlay<K, S> overlay, byte[] encoded) {}

    <V> Change<K, S> run(StateStep<K, V, S> step, int partition, Iterator<Tuple2<K, V>> input) throws Exception {
        Overlay<K, S> overlay = new Overlay<>();
        step.program().run(base.get(partition), input, overlay);
        ValueCodec codec = step.codec();
        return new Change<>(overlay, codec == null || overlay.size() == 0 ? new byte[0] : overlay.encode(codec));
    }

    void provisional(BatchTime time, List<Change<K, S>> changes) {
        if (!provisional.isEmpty()) {
            throw new IllegalStateException("step " + step + " ran twice before it was settled");
        }
        provisional = changes;
        version = time;
    }

    void settle(boolean committed) {
        if (committed) {
            for (int i = 0; i < provisional.size(); i++) {
                provisional.get(i).overlay().applyTo(base.get(i));
            }
        }
        version = committed ? version : null; // of a batch that never was
        provisional = List.of();
    }

    Iterator<Tuple2<K, S>> read(MaterializedNode<?> node, int partition) {
        if (version == null || !version.equals(node.time())) {
            throw node.dropped();
        }
        return Overlay.view(
                base.get(partition),
                provisional.isEmpty() ? null : provisional.get(partition).overlay());
    }

    void restore(Partitioner partitioner, Tuple2<K, S> entry) {
        base.get(partitioner.getPartition(entry._1())).put(entry._1(), StableHash.of(entry._1()), entry._2());
    }

    long size() {
        return base.stream().mapToLong(OrderedMap::size).sum()
                + provisional.stream()
                        .mapToLong(change -> change.overlay().size())
                        .sum();
    }
}
