/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.BlocksNode;
import dev.millrace.internal.lineage.Depth;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The stages of a job: the shuffles in an order in which each comes after those that it reads, then the target. Each
 * stage runs the narrow chain from its leaves, or from earlier shuffles, in one pass.
 *
 * @param shuffles the shuffles whose map sides run first
 * @param target the dataset that the last stage computes
 */
public record StagePlan<T>(List<ShuffleNode<?, ?, ?>> shuffles, RddNode<T> target) {
    /** The size of a stage that reads something of unknown size. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    /**
     * @param held whether the engine has all records of a persisted node, so that it need not be computed
     * @throws dev.millrace.error.RefusedException if a stage is so deep that its thread's stack would overflow
     */
    public static <T> StagePlan<T> of(RddNode<T> target, Predicate<PersistedNode<?>> held) {
        List<ShuffleNode<?, ?, ?>> shuffles = new ArrayList<>();
        Set<RddNode<?>> entered = new HashSet<>();
        Set<RddNode<?>> left = new HashSet<>();
        Deque<RddNode<?>> open = new ArrayDeque<>(); // depth first without recursion: lineages may be deep
        open.push(target);
        while (!open.isEmpty()) {
            RddNode<?> node = open.peek();
            if (entered.add(node)) {
                boolean leaf = node instanceof PersistedNode<?> persisted && held.test(persisted);
                for (RddNode<?> parent : leaf ? List.<RddNode<?>>of() : node.parents()) {
                    if (!entered.contains(parent)) {
                        open.push(parent);
                    }
                }
            } else {
                open.pop();
                if (left.add(node) && node instanceof ShuffleNode<?, ?, ?> shuffle) {
                    shuffles.add(shuffle);
                }
            }
        }
        if (entered.size() > Depth.MOST) { // few lineages are so large
            Depth.check(target, held);
        }
        return new StagePlan<>(shuffles, target);
    }

    /** How many records the engine holds of the kinds of nodes that stages read. */
    public interface Records {
        long shuffled(ShuffleNode<?, ?, ?> node);

        long materialized(MaterializedNode<?> node);

        /** Of a persisted node that need not be computed; -1 if it must be. */
        long persisted(PersistedNode<?> node);
    }

    /** Returns how many records the leaves of the stage that computes {@code nodes} hold, or {@link #UNKNOWN}. */
    public static long leafRecords(List<? extends RddNode<?>> nodes, Records held) {
        long records = 0;
        Deque<RddNode<?>> open = new ArrayDeque<>(nodes);
        while (!open.isEmpty()) {
            RddNode<?> next = open.pop();
            if (next instanceof ParallelizedNode<?> data) {
                records += data.size();
            } else if (next instanceof BlocksNode<?> blocks) {
                records += blocks.records();
            } else if (next instanceof ShuffleNode<?, ?, ?> shuffle) {
                records += held.shuffled(shuffle);
            } else if (next instanceof MaterializedNode<?> step) {
                records += held.materialized(step);
            } else if (next instanceof PersistedNode<?> persisted && held.persisted(persisted) >= 0) {
                records += held.persisted(persisted);
            } else if (next.parents().isEmpty()) {
                return UNKNOWN;
            } else {
                open.addAll(next.parents());
            }
        }
        return records;
    }
}
