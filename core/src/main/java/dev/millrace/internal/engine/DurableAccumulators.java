/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.operators.Accumulators;
import dev.millrace.rdd.AccumulatorV2;
import dev.millrace.rdd.CollectionAccumulator;
import dev.millrace.rdd.DoubleAccumulator;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.spi.JobLabel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The accumulators of a context that its checkpoint keeps, by their names. The additions of a batch are part of its decision, as the changes of
 * states are; so the stored sums are those of decided batches, and of nothing else. Outputs may add on several threads; the other calls
 * come from the thread of the batch, or of the start.
 */
public final class DurableAccumulators implements Accumulators.Keeper {
    private final Map<String, AccumulatorV2<?, ?>> known = new TreeMap<>();
    private final Map<Long, AccumulatorV2<?, ?>> decided = new HashMap<>(); // what batches have added that are decided
    private final Map<Long, List<AccumulatorV2<?, ?>>> added = new HashMap<>(); // by the batch in hand
    private final Set<JobLabel> adders = new HashSet<>();
    private Map<Object, Object> stored = Map.of(); // when the program started

    /**
     * Has an accumulator be kept; one that was kept before gets what was stored.
     *
     * @throws IllegalArgumentException if it cannot be kept
     * @throws IllegalStateException if there is one of this name
     */
    public synchronized void keep(AccumulatorV2<?, ?> accumulator) {
        String name = accumulator
                .name()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "a durable accumulator has no name; make it by longAccumulator(\"name\"), or register it with one"));
        if (!(accumulator instanceof LongAccumulator
                || accumulator instanceof DoubleAccumulator
                || accumulator instanceof CollectionAccumulator)) {
            throw new IllegalArgumentException("the accumulator \"" + name + "\" is of "
                    + accumulator.getClass().getName()
                    + ", and a checkpoint keeps sums and collections; use one of those, or keep the result in a state");
        }
        if (known.putIfAbsent(name, accumulator) != null) {
            throw new IllegalStateException(
                    "there is a durable accumulator \"" + name + "\" already; use that, or give this one another name");
        }
        Accumulators.keep(accumulator, this);
        restore(name, accumulator);
    }

    /** Gives all of them what a checkpoint has stored; a program starts. */
    public synchronized void restore(Map<Object, Object> contents) {
        stored = contents;
        added.clear();
        adders.clear();
        known.forEach(this::restore);
    }

    private void restore(String name, AccumulatorV2<?, ?> accumulator) {
        AccumulatorV2<?, ?> before = accumulator.copyAndReset();
        Object sum = stored.get(List.of(name));
        if (sum instanceof List<?> fields && !Accumulators.restore(before, fields.get(0), (long) fields.get(1))) {
            throw otherKind(name);
        }
        if (stored.containsKey(List.of(name, 0L)) && !(before instanceof CollectionAccumulator)) {
            throw otherKind(name);
        }
        for (long i = 0; stored.containsKey(List.of(name, i)); i++) {
            add(before, stored.get(List.of(name, i)));
        }
        decided.put(accumulator.id(), before);
        Accumulators.replace(accumulator, before);
    }

    private static IllegalStateException otherKind(String name) {
        return new IllegalStateException("the checkpoint has the accumulator \"" + name
                + "\" as one of another kind; give this one another name");
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // a collection takes what one of its kind has stored, null too
    private static void add(AccumulatorV2<?, ?> accumulator, @Nullable Object value) {
        ((AccumulatorV2<@Nullable Object, ?>) accumulator).add(value);
    }

    /** A part was added on behalf of a batch, and counts when that is decided; one outside of batches counts for this run. */
    @Override
    public synchronized void added(AccumulatorV2<?, ?> accumulator, AccumulatorV2<?, ?> part, JobLabel label) {
        if (label.batch() != null) {
            added.computeIfAbsent(accumulator.id(), id -> new ArrayList<>()).add(part);
            adders.add(label);
        }
    }

    /** Returns whether an output has added something in the batch in hand, so that it must run again with that. */
    public synchronized boolean hasAdded(JobLabel output) {
        return adders.contains(output);
    }

    /** The changes of the batch in hand; none if it has added nothing. */
    public synchronized List<StepChanges> changes(ValueCodec codec) {
        if (added.isEmpty()) {
            return List.of();
        }
        ChangeBlock block = new ChangeBlock(codec);
        known.forEach((name, accumulator) -> put(block, name, accumulator.id()));
        return List.of(StepChanges.of(List.of(block.toBytes())));
    }

    private void put(ChangeBlock block, String name, Long id) {
        AccumulatorV2<?, ?> before = decided.get(id);
        List<AccumulatorV2<?, ?>> parts = added.getOrDefault(id, List.of());
        if (before == null || parts.isEmpty()) {
            return;
        }
        AccumulatorV2<?, ?> after = before.copy();
        parts.forEach(part -> Accumulators.merge(after, part));
        if (after instanceof LongAccumulator sum) {
            block.put(List.of(name), List.of(sum.sum(), sum.count()));
        } else if (after instanceof DoubleAccumulator sum) {
            block.put(List.of(name), List.of(sum.sum(), sum.count()));
        } else {
            List<?> values = ((CollectionAccumulator<?>) after).value();
            long from = ((CollectionAccumulator<?>) before).value().size();
            for (long i = from; i < values.size(); i++) {
                block.put(List.of(name, i), values.get((int) i));
            }
        }
    }

    /** The batch in hand is decided, or never will be by this run. */
    public synchronized void settle(boolean isDecided) {
        if (isDecided) {
            added.forEach((id, parts) -> {
                AccumulatorV2<?, ?> before = decided.get(id);
                if (before != null) {
                    parts.forEach(part -> Accumulators.merge(before, part));
                }
            });
        }
        added.clear();
        adders.clear();
    }
}
