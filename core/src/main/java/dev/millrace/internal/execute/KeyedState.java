/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.execute;

import dev.millrace.Tuple2;
import dev.millrace.error.CancelledException;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.HeldBlocks;
import dev.millrace.internal.memory.HeldRecords;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.Partitions;
import dev.millrace.internal.state.HeldStates;
import dev.millrace.internal.state.Overlay;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.internal.state.StateStep;
import dev.millrace.internal.state.StateTable;
import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A keyed state: its partitions at the version of the last committed batch, and while a batch runs the overlays of its
 * winning task attempts with what they mapped. The partitions are changed only by {@link #settle}, so attempts can fail at
 * will.
 */
final class KeyedState<K, S> {
    private static final System.Logger LOG = System.getLogger("dev.millrace.engine");

    private final String step;
    private final MemorySpace space;
    private final List<StatePartition<K, S>> base = new ArrayList<>();
    private volatile List<Change<K, S>> provisional = List.of(); // any thread may spill what was mapped
    private @Nullable BatchTime version;
    private volatile boolean sharing; // states that cannot be copied

    KeyedState(String step, int partitions, boolean timed, MemorySpace space) {
        this.step = step;
        this.space = space;
        for (int i = 0; i < partitions; i++) {
            base.add(new StatePartition<>(space, timed));
        }
    }

    /** What one attempt made: its overlay, and what it put into {@code held}. */
    record Change<K, S>(Overlay<K, S> overlay, Held held) {
        HeldRecords mapped() {
            return held.mapped();
        }
    }

    /**
     * Where an attempt puts what it makes beside its overlay.
     *
     * @param encoded the overlay encoded, if the step is durable
     */
    record Held(HeldRecords mapped, HeldBlocks encoded) {
        void close() {
            mapped.close();
            encoded.close();
        }
    }

    Held newHeld() {
        return new Held(new HeldRecords(space, HeldRecords.Place.MEMORY_AND_DISK), new HeldBlocks(space));
    }

    <V> Change<K, S> run(StateStep<K, V, S> step, int partition, Iterator<Tuple2<K, V>> input, Held made)
            throws Exception {
        HeldRecords mapped = made.mapped();
        HeldStates<S> states = held(step);
        Overlay<K, S> overlay = new Overlay<>(states);
        StatePartition<K, S> held = base.get(partition);
        OptionalLong oldestTouch = held.oldestTouchOnDisk();
        boolean staysOnDisk = oldestTouch.isPresent()
                && !input.hasNext()
                && step.program().isIdle(step.time(), oldestTouch.getAsLong());
        if (!staysOnDisk) {
            StateTable<K, S> table = held.open(step.time());
            try {
                step.program().run(step.time(), table, input, overlay, mapped::add);
            } catch (Exception e) {
                throw failed(step, states, e);
            } finally {
                held.release();
            }
        }
        mapped.complete();
        ValueCodec codec = step.codec();
        if (codec != null) {
            ChangeLogging.in(step, () -> overlay.encode(codec, step.touchedByBatch(), made.encoded()::add));
        }
        noteShared(step.operator(), states);
        return new Change<>(overlay, made);
    }

    private HeldStates<S> held(StateStep<?, ?, S> step) {
        return step.codec() != null
                ? HeldStates.encoded(step.operator(), step.codec())
                : HeldStates.inMemory(step.operator(), space.codec(), sharing);
    }

    private void noteShared(Operator operator, HeldStates<S> states) {
        String why = states.shared();
        if (why != null && !sharing) {
            sharing = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "states of " + operator + " cannot be copied: " + why
                            + ". The function may change them in place, so a"
                            + " task that fails after it was given one fails its batch instead of being tried again");
        }
    }

    /**
     * Refuses another attempt if the function was given a state itself and not a copy: it may have changed that state, and
     * another attempt would count the change twice.
     */
    private static Exception failed(StateStep<?, ?, ?> step, HeldStates<?> states, Exception error) {
        String why = states.handed();
        if (why == null || error instanceof CancelledException || error instanceof RefusedException) {
            return error;
        }
        return new RefusedException(
                error.getMessage() + "; it is not tried again, because the function given to " + step.operator()
                        + " may have changed a state in place by then, and that could not be copied: " + why,
                error);
    }

    void provisional(BatchTime time, List<Change<K, S>> changes) {
        if (!provisional.isEmpty()) {
            throw new IllegalStateException("step " + step + " ran twice before it was settled");
        }
        provisional = changes;
        version = time;
    }

    void settle(boolean committed) {
        BatchTime time = version;
        for (int i = 0; i < provisional.size(); i++) {
            if (committed && time != null) {
                base.get(i).apply(provisional.get(i).overlay(), time);
            }
            provisional.get(i).mapped().close();
        }
        version = committed ? version : null; // of a batch that never was
        provisional = List.of();
    }

    Iterator<?> read(MaterializedNode<?> node, int partition) {
        if (version == null || !version.equals(node.time())) {
            throw node.dropped();
        }
        if (node.part() == MaterializedNode.Part.MAPPED) {
            if (provisional.isEmpty()) {
                throw node.dropped();
            }
            return provisional.get(partition).mapped().read();
        }
        return HeldStates.kept(space.codec())
                .copies(Overlay.view(
                        base.get(partition).table(),
                        provisional.isEmpty()
                                ? null
                                : provisional.get(partition).overlay()));
    }

    @SuppressWarnings("unchecked") // what was kept of this state is of its types
    void restore(Partitioner partitioner, Iterable<StateEntry> entries, long about) {
        long share = about / base.size();
        base.forEach(partition -> partition.makeRoom(share + share / 32)); // not all get the same
        HeldStates<S> states = HeldStates.kept(space.codec());
        for (StateEntry entry : entries) {
            K key = (K) entry.key();
            base.get(Partitions.of(partitioner, key, null))
                    .restore(key, StableHash.of(key), states.hold(key, (S) entry.value()), entry.touched());
        }
        base.forEach(StatePartition::restored);
    }

    long records(MaterializedNode<?> node) {
        return node.part() == MaterializedNode.Part.MAPPED
                ? provisional.stream()
                        .mapToLong(change -> change.mapped().size())
                        .sum()
                : base.stream().mapToLong(StatePartition::size).sum()
                        + provisional.stream()
                                .mapToLong(change -> change.overlay().size())
                                .sum();
    }

    /** What may be spilled when there is no other way. */
    List<StatePartition<K, S>> partitions() {
        return base;
    }

    void close() {
        settle(false);
        base.forEach(StatePartition::close);
    }

    /** Spills about {@code bytes} of what was mapped, and tells how many. */
    long relieve(long bytes) {
        long freed = 0;
        for (Change<K, S> change : provisional) {
            freed += freed < bytes ? change.mapped().spill() : 0;
        }
        return freed;
    }
}
