/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.internal.lineage.Door;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.rdd.AccumulatorV2;
import dev.millrace.spi.JobLabel;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The accumulators of this process that tasks may add to, by their numbers; each as long as the program refers to it. Tasks add to parts, and
 * the parts of winning attempts are merged here. Any thread.
 */
public final class Accumulators {
    public static final Door<Access> DOOR = new Door<>(AccumulatorV2.class);

    private static final Map<Long, WeakReference<AccumulatorV2<?, ?>>> REGISTERED = new ConcurrentHashMap<>();

    private Accumulators() {}

    /** Leads into an accumulator. */
    public interface Access {
        void register(AccumulatorV2<?, ?> accumulator, String name);

        /** Merges what an attempt has added, as {@code merge} of the program does that. */
        void merge(AccumulatorV2<?, ?> accumulator, AccumulatorV2<?, ?> part);

        /** Merges it, and tells the keeper of the accumulator. */
        void merge(AccumulatorV2<?, ?> accumulator, AccumulatorV2<?, ?> part, JobLabel label);

        void keep(AccumulatorV2<?, ?> accumulator, Keeper keeper);

        void replace(AccumulatorV2<?, ?> accumulator, AccumulatorV2<?, ?> content);

        /** Gives a sum what was stored of it; returns false if it is of another kind. */
        boolean restore(AccumulatorV2<?, ?> accumulator, Object sum, long count);
    }

    /** Hears what is added to an accumulator, to keep it. */
    public interface Keeper {
        /** @param label on whose behalf it was added */
        void added(AccumulatorV2<?, ?> accumulator, AccumulatorV2<?, ?> part, JobLabel label);
    }

    /** From now on the keeper hears what is added. */
    public static void keep(AccumulatorV2<?, ?> accumulator, Keeper keeper) {
        DOOR.accessor().keep(accumulator, keeper);
    }

    /** Gives an accumulator the content of another one in the place of its own. */
    public static void replace(AccumulatorV2<?, ?> accumulator, AccumulatorV2<?, ?> content) {
        DOOR.accessor().replace(accumulator, content);
    }

    /** Gives a sum what was stored of it; returns false if it is of another kind. */
    public static boolean restore(AccumulatorV2<?, ?> accumulator, Object sum, long count) {
        return DOOR.accessor().restore(accumulator, sum, count);
    }

    /** Merges a part into an accumulator that the caller alone has. */
    public static void merge(AccumulatorV2<?, ?> accumulator, AccumulatorV2<?, ?> part) {
        DOOR.accessor().merge(accumulator, part);
    }

    /** @throws IllegalStateException if it was registered before */
    public static void register(AccumulatorV2<?, ?> accumulator, String name) {
        DOOR.accessor().register(accumulator, name);
        REGISTERED.values().removeIf(known -> known.refersTo(null));
        REGISTERED.put(accumulator.id(), new WeakReference<>(accumulator));
    }

    /**
     * Merges what winning attempts have added, in the order of the list.
     *
     * @param label on whose behalf they ran
     */
    public static void merge(JobLabel label, List<TaskObservation> observations) {
        for (TaskObservation observation : observations) {
            observation.accumulated().forEach((id, part) -> {
                WeakReference<AccumulatorV2<?, ?>> known = REGISTERED.get(id);
                AccumulatorV2<?, ?> accumulator = known == null ? null : known.get();
                if (accumulator != null) { // else the program has let go of it, and cannot read it
                    DOOR.accessor().merge(accumulator, part, label);
                }
            });
        }
    }
}
