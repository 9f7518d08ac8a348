/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.Depth;
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
 * Cuts a lineage at its shuffles into stages: the map sides of the shuffles, then the target. Each stage runs the narrow chain
 * from its leaves, or from earlier shuffles, in one pass.
 */
final class StagePlan {
    /** The size of a stage that reads something of unknown size. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private StagePlan() {}

    /** Knows how many records there are of the datasets that need not be computed. */
    interface KnownSizes {
        /** Returns how many records are held of a dataset, all of it, so that it need not be computed; -1 if it must be. */
        long records(RddNode<?> node);
    }

    /**
     * The shuffles of a lineage, each after those that it reads.
     *
     * @throws dev.millrace.error.RefusedException if a stage is so deep that its thread's stack would overflow
     */
    static List<ShuffleNode<?, ?, ?>> shuffles(RddNode<?> target, KnownSizes sizes) {
        Predicate<PersistedNode<?>> isHeld = node -> sizes.records(node) >= 0;
        List<ShuffleNode<?, ?, ?>> shuffles = new ArrayList<>();
        Set<RddNode<?>> entered = new HashSet<>();
        Set<RddNode<?>> left = new HashSet<>();
        Deque<RddNode<?>> open = new ArrayDeque<>(); // depth first without recursion: lineages may be deep
        open.push(target);
        while (!open.isEmpty()) {
            RddNode<?> node = open.peek();
            if (entered.add(node)) {
                boolean leaf = node instanceof PersistedNode<?> persisted && isHeld.test(persisted);
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
            Depth.check(target, isHeld);
        }
        return shuffles;
    }

    /** Returns how many records the leaves of the stage that computes {@code nodes} hold, or {@link #UNKNOWN}. */
    static long leafRecords(List<? extends RddNode<?>> nodes, KnownSizes sizes) {
        long records = 0;
        Deque<RddNode<?>> open = new ArrayDeque<>(nodes);
        while (!open.isEmpty()) {
            RddNode<?> next = open.pop();
            long known = sizes.records(next);
            if (known >= 0) {
                records += known;
            } else if (next.parents().isEmpty()) {
                return UNKNOWN;
            } else {
                open.addAll(next.parents());
            }
        }
        return records;
    }
}
