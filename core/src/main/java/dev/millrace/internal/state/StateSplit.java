/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.codec.LocalValues;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.Partitions;
import dev.millrace.internal.runs.RunCursor;
import dev.millrace.rdd.Partitioner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Splits shared runs among the partitions of a state: in one pass, or some if there are very many of them. One thread. */
final class StateSplit {
    private static final int TOGETHER = 64; // each has a file open, and its buffers
    private static final int CHECK_MASK = 1023;

    private final MemorySpace space;
    private final SharedRuns shared;
    private final Partitioner partitioner;
    private final boolean timed;
    private final BooleanSupplier stopped;
    private final LocalValues values;

    /** @param stopped asked in between, whether nobody wants it any more */
    StateSplit(MemorySpace space, SharedRuns shared, Partitioner partitioner, boolean timed, BooleanSupplier stopped) {
        this.space = space;
        this.shared = shared;
        this.partitioner = partitioner;
        this.timed = timed;
        this.stopped = stopped;
        values = space.codec().local();
    }

    /** A part for each partition; none if it was stopped. */
    @Nullable
    SplitPart[] run() throws IOException {
        @Nullable SplitPart[] parts = new SplitPart[partitioner.numPartitions()];
        boolean whole = false;
        try {
            whole = true;
            for (int from = 0; whole && from < parts.length; from += TOGETHER) {
                whole = false;
                whole = split(parts, from, Math.min(parts.length, from + TOGETHER));
            }
        } finally {
            if (!whole) {
                Arrays.stream(parts).forEach(part -> {
                    if (part != null) {
                        part.close();
                    }
                });
            }
        }
        return whole ? parts : new SplitPart[0];
    }

    /** Makes the parts of some partitions; false if it was stopped. */
    private boolean split(@Nullable SplitPart[] parts, int from, int to) throws IOException {
        List<SplitTarget> targets = new ArrayList<>();
        try {
            while (targets.size() < to - from) {
                targets.add(new SplitTarget(space, shared, timed, Math.min(to - from, partitioner.numPartitions())));
            }
            if (!distribute(targets, from)) {
                return false;
            }
            for (int i = from; i < to; i++) {
                parts[i] = targets.get(i - from).finish();
            }
            return true;
        } finally {
            targets.forEach(SplitTarget::close);
        }
    }

    @SuppressWarnings("NullAway") // null is a key like others
    private boolean distribute(List<SplitTarget> targets, int first) throws IOException {
        try (RunCursor all = shared.entries()) {
            for (int count = 1; all.next(); count++) {
                Object key = values.decodeKey(all.keyArray(), all.keyFrom(), all.keyTo(), all.isSorted());
                int target = Partitions.of(partitioner, key, null) - first;
                if (target >= 0 && target < targets.size()) {
                    targets.get(target).add(all, key, StableHash.of(key), values);
                }
                if ((count & CHECK_MASK) == 0 && stopped.getAsBoolean()) {
                    return false;
                }
            }
        }
        return true;
    }
}
