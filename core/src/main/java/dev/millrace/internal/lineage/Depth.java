/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.error.RefusedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** The number of operations nested in each other in a task: as many calls are on its thread's stack, which is short. */
public final class Depth {
    /** A stack of a megabyte has room for twice as many, in interpreted code too. */
    public static final int MOST = 1_000;

    private Depth() {}

    /**
     * @param held whether a persisted node is read where it is held, and not computed
     * @throws RefusedException if a stage is too deep, before its thread's stack overflows at some record
     */
    public static void check(RddNode<?> target, Predicate<PersistedNode<?>> held) {
        Map<RddNode<?>, Integer> depths = new HashMap<>();
        Deque<RddNode<?>> open = new ArrayDeque<>(List.of(target));
        while (!open.isEmpty()) {
            RddNode<?> node = open.peek();
            List<RddNode<?>> parents =
                    node instanceof PersistedNode<?> persisted && held.test(persisted) ? List.of() : node.parents();
            List<RddNode<?>> unknown = parents.stream()
                    .filter(parent -> !depths.containsKey(parent))
                    .<RddNode<?>>map(parent -> parent)
                    .toList();
            if (unknown.isEmpty()) {
                open.pop();
                depths.put(node, depth(node, parents, depths));
            } else {
                unknown.forEach(open::push);
            }
        }
    }

    private static int depth(RddNode<?> node, List<RddNode<?>> parents, Map<RddNode<?>, Integer> depths) {
        int below = parents.stream().mapToInt(depths::get).max().orElse(0);
        int calls = node instanceof PersistedNode ? 2 : 1; // it reads, and fills the cache
        if (below + calls > MOST) {
            throw new RefusedException(String.format(
                    Locale.ROOT,
                    "more than %,d operations stand one inside the other, up to %s, and a thread that runs them all has no"
                            + " stack for that; do several steps in one function, or lay the data out anew in between, such"
                            + " as by partitionBy",
                    MOST,
                    node.operator()));
        }
        return node instanceof ShuffleNode ? 0 : below + calls; // what reads a shuffle is another stage
    }
}
