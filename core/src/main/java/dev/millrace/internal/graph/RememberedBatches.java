/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.window.PaneStep;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The batches of streams that code of the program can ask for by their time: the one that runs and, if the program wants some to be
 * remembered, those before it, whose records the engine keeps. The batch thread fills it, any thread reads it.
 */
public final class RememberedBatches {
    private final Map<StreamNode<?>, Batches> streams = new ConcurrentHashMap<>();
    private volatile @Nullable Duration kept;

    /** The batches of one stream. */
    private static final class Batches {
        private final NavigableMap<BatchTime, RddNode<?>> readable = new ConcurrentSkipListMap<>();
        private volatile @Nullable BatchTime dropped; // the last one that is not among them any more
    }

    /** Has the batches of a duration kept, from the first one on. */
    public void keep(Duration duration) {
        kept = duration;
    }

    /** For how long batches are kept, or null if that is until they end. */
    public @Nullable Duration kept() {
        return kept;
    }

    /** Takes a batch that was generated, and gives the lineage that others are to read. */
    <T> RddNode<T> add(BatchScope batch, StreamNode<T> node, RddNode<T> lineage) {
        Duration duration = kept;
        Batches batches = streams.computeIfAbsent(node, stream -> new Batches());
        RddNode<T> readable = duration == null || node instanceof PaneNode
                ? lineage
                : materialised(batch, node, lineage, batches, batch.time().minus(duration));
        batches.readable.put(batch.time(), readable);
        return readable;
    }

    private static <T> RddNode<T> materialised(
            BatchScope batch, StreamNode<T> node, RddNode<T> lineage, Batches batches, BatchTime oldest) {
        String step = node.operator().name() + "-" + node.index() + " (remembered)"; // no name that a program can give
        batch.materialise(new PaneStep<>(step, batch.time(), node.operator(), lineage, null));
        while (!batches.readable.isEmpty() && !batches.readable.firstKey().isAfter(oldest)) {
            BatchTime dropped = batches.readable.firstKey();
            batches.dropped = dropped;
            batches.readable.remove(dropped);
            batch.releaseAfterwards(step, dropped);
        }
        return new MaterializedNode<>(
                node.operator(),
                step,
                batch.time(),
                lineage.partitions(),
                lineage.partitioner(),
                MaterializedNode.Part.RECORDS);
    }

    /** The batch that ran has ended; unless batches are remembered, it can be read no more. */
    public void ended() {
        if (kept == null) {
            streams.values().forEach(batches -> {
                if (!batches.readable.isEmpty()) {
                    batches.dropped = batches.readable.lastKey();
                    batches.readable.clear();
                }
            });
        }
    }

    /** The batch of a stream, or null if it has none at that time, or none any more. */
    @SuppressWarnings("unchecked") // as it was put there
    public <T> @Nullable RddNode<T> find(StreamNode<T> node, BatchTime time) {
        Batches batches = streams.get(node);
        return batches == null ? null : (RddNode<T>) batches.readable.get(time);
    }

    /**
     * The batches of a stream from one time to another, in order. A first time between two batches is taken for the earlier one.
     *
     * @throws IllegalStateException if it has had no batch yet, or one of those is dropped
     */
    @SuppressWarnings("unchecked")
    public <T> List<RddNode<T>> slice(StreamNode<T> node, BatchTime from, BatchTime to) {
        Batches batches = streams.get(node);
        if (batches == null) {
            throw new IllegalStateException("a slice of " + node
                    + ", which has had no batch yet; ask for it in an output, or" + " once batches have run");
        }
        BatchTime dropped = batches.dropped;
        BatchTime known = dropped != null ? dropped : batches.readable.firstKey();
        long beyond = Math.floorMod(
                from.milliseconds() - known.milliseconds(), node.slide().toMillis());
        BatchTime first = from.minus(Duration.ofMillis(beyond));
        if (dropped != null && !first.isAfter(dropped) && !from.isAfter(to)) {
            Duration duration = kept;
            throw new IllegalStateException(
                    "a slice of " + node + " begins at " + from + ", and its batches until " + dropped
                            + " are not kept any more; call remember(...) of the context before the start, with "
                            + (duration == null ? "the time" : "more than " + duration.toMillis() + " ms, the time")
                            + " that slices go back");
        }
        return first.isAfter(to)
                ? List.of()
                : List.copyOf((Collection<RddNode<T>>) (Collection<?>)
                        batches.readable.subMap(first, true, to, true).values());
    }
}
