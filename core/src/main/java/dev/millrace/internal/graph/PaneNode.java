/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.Tuple2;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.KeyIdentity;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.joins.Joins;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.window.PaneStep;
import dev.millrace.internal.window.RestoredPane;
import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a pane of each batch of its parent for as long as a window may ask for it. A pane is what a window needs of one batch: its records, or,
 * for windows by key, one pair a key.
 */
public final class PaneNode<T> extends StreamNode<T> {
    private final Duration kept;
    private Function<BatchScope, RddNode<T>> contents;
    private @Nullable Partitioner partitioner; // of panes that are pairs
    private final NavigableMap<BatchTime, Held<T>> held = new TreeMap<>();

    /**
     * A pane that is kept.
     *
     * @param logged for each partition of the pane, the number of pieces in which the journal has it
     */
    private record Held<T>(MaterializedNode<T> pane, List<Integer> logged) {}

    /**
     * @param contents what to keep of a batch
     * @param partitioner where the pairs of a pane belong, or null if any place is right
     */
    private PaneNode(
            Operator operator,
            StreamNode<?> parent,
            Duration kept,
            Function<BatchScope, RddNode<T>> contents,
            @Nullable Partitioner partitioner) {
        super(operator, List.of(parent), parent.slide());
        this.contents = contents;
        this.kept = kept;
        this.partitioner = partitioner;
    }

    /** Panes of the records themselves. */
    static <T> PaneNode<T> of(Operator operator, StreamNode<T> parent, Duration kept) {
        PaneNode<T> panes = new PaneNode<>(operator, parent, kept, batch -> batch.lineage(parent), null);
        panes.setRecordTypes(parent.recordTypes());
        return panes;
    }

    /** Panes of one pair a key. */
    static <S, K, V> PaneNode<Tuple2<K, V>> keyed(
            Operator operator,
            StreamNode<S> parent,
            Duration kept,
            Function<RddNode<S>, RddNode<Tuple2<K, V>>> combine,
            Partitioner partitioner) {
        return new PaneNode<>(operator, parent, kept, batch -> combine.apply(batch.lineage(parent)), partitioner);
    }

    /** Returns whether nothing wants its panes laid out otherwise. */
    boolean canBeLaidOutBy(Partitioner wanted) {
        return partitioner == null || partitioner.equals(wanted);
    }

    /** From now on each pair of a pane stands where its key belongs; a key that could not be kept is refused when it comes. */
    static <K, V> void layOut(PaneNode<Tuple2<K, V>> panes, Partitioner wanted) {
        if (panes.partitioner == null) {
            Function<BatchScope, RddNode<Tuple2<K, V>>> records = panes.contents;
            panes.partitioner = wanted;
            panes.contents =
                    batch -> looked(panes.operator(), Joins.placed(panes.operator(), records.apply(batch), wanted));
        }
    }

    /** Refuses keys that cannot be kept. A pane may be durable some batches before its window is made, which is too late to refuse one. */
    static <K, V> RddNode<Tuple2<K, V>> looked(Operator operator, RddNode<Tuple2<K, V>> pairs) {
        return new MapNode<>(
                operator,
                pairs,
                pair -> {
                    KeyIdentity.entered(pair._1());
                    return pair;
                },
                true);
    }

    @Override
    protected RddNode<T> compute(BatchScope batch) {
        PaneStep<T> step = new PaneStep<>(name(), batch.time(), operator(), contents.apply(batch), batch.codec());
        List<Integer> pieces =
                batch.materialise(step).stream().map(StepChanges::blocks).toList();
        MaterializedNode<T> pane = step.output();
        held.put(batch.time(), new Held<>(pane, pieces));
        BatchTime oldest = batch.time().minus(kept);
        while (!held.isEmpty() && !held.firstKey().isAfter(oldest)) {
            drop(batch);
        }
        return pane;
    }

    private void drop(BatchScope batch) {
        BatchTime time = held.firstKey();
        List<Integer> pieces = held.remove(time).logged();
        ValueCodec codec = batch.codec();
        if (codec != null) {
            ChangeBlock block = new ChangeBlock(codec);
            for (int partition = 0; partition < pieces.size(); partition++) {
                for (int piece = 0; piece < pieces.get(partition); piece++) {
                    block.remove(PaneStep.logKey(time, partition, piece));
                }
            }
            batch.addChanges(name(), List.of(StepChanges.of(List.of(block.toBytes()))));
        }
        batch.releaseAfterwards(name(), time);
    }

    /** The panes that are kept, the oldest first. */
    List<MaterializedNode<T>> panes() {
        return held.values().stream().map(Held::pane).toList();
    }

    /** Returns whether panes are pairs. */
    public boolean isKeyed() {
        return partitioner != null;
    }

    /**
     * Has the engine hold a pane as this program wants it, which may have another number of partitions than the log.
     *
     * @param pieces into how many pieces the log has each of the partitions, once they have been gone through
     */
    public void restore(
            ExecutionEngine engine, BatchTime time, Iterator<Iterator<Object>> logged, Supplier<List<Integer>> pieces) {
        engine.restore(new RestoredPane(name(), time, partitioner, logged));
        List<Integer> parts = pieces.get();
        int partitions = partitioner == null ? parts.size() : partitioner.numPartitions();
        held.put(time, new Held<>(PaneStep.outputOf(operator(), name(), time, partitions), parts));
    }

    @Override
    public boolean isDurable() {
        return true;
    }
}
