/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.error.RefusedException;
import dev.millrace.internal.operators.Accumulators;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.JobLabel;
import java.io.Serializable;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Something to which tasks add and which the program reads. What an attempt at a task adds goes into a part of its own, and is merged when
 * the attempt has won and its job ends, in the order of the partitions. A job that fails adds nothing, and a batch that is run again
 * after a failure adds again. Parts are merged by one thread at a time, which holds the lock of this object.
 *
 * <p>A subclass says what a value adds by {@link #accumulate}, where the original's overrides {@code add}: that is called here, and finds out
 * to which part the value goes. Register it with the context before tasks use it.
 *
 * @param <I> the type of what is added
 * @param <O> the type of the result
 */
public abstract class AccumulatorV2<I extends @Nullable Object, O extends @Nullable Object> implements Serializable {
    private static final AtomicLong NEXT_ID = new AtomicLong();

    static {
        Accumulators.DOOR.open(new Accumulators.Access() {
            @Override
            public void register(AccumulatorV2<?, ?> accumulator, String name) {
                accumulator.register(name);
            }

            @Override
            public void merge(AccumulatorV2<?, ?> accumulator, AccumulatorV2<?, ?> part) {
                accumulator.mergePart(part);
            }

            @Override
            public void merge(AccumulatorV2<?, ?> accumulator, AccumulatorV2<?, ?> part, JobLabel label) {
                accumulator.mergePart(part);
                if (accumulator.keeper != null) {
                    accumulator.keeper.added(accumulator, part, label);
                }
            }

            @Override
            public void keep(AccumulatorV2<?, ?> accumulator, Accumulators.Keeper keeper) {
                accumulator.keeper = keeper;
            }

            @Override
            public void replace(AccumulatorV2<?, ?> accumulator, AccumulatorV2<?, ?> content) {
                synchronized (accumulator) {
                    Accumulators.Keeper kept = accumulator.keeper;
                    accumulator.keeper = null; // which the program may not reset
                    accumulator.reset();
                    accumulator.mergePart(content);
                    accumulator.keeper = kept;
                }
            }

            @Override
            public boolean restore(AccumulatorV2<?, ?> accumulator, Object sum, long count) {
                return accumulator.restore(sum, count);
            }
        });
    }

    private Long id = NEXT_ID.getAndIncrement();
    private @Nullable String name; // as soon as it is registered
    private transient Accumulators.@Nullable Keeper keeper; // if it is durable
    private boolean own = TaskScope.current() != null; // whoever made it adds to it

    /** Not registered yet. One that a task makes is that task's own: nobody else sees what is added to it. */
    protected AccumulatorV2() {}

    /** Returns whether nothing was added, or what was is as good as nothing. */
    public abstract boolean isZero();

    /** Another one with the same content; it is not registered. */
    public abstract AccumulatorV2<I, O> copy();

    /** Takes everything out. */
    public abstract void reset();

    /** Adds a value to this object. Programs call {@link #add}. */
    protected abstract void accumulate(I value);

    /** Adds what another one of the same class holds to this object. */
    public abstract void merge(AccumulatorV2<I, O> other);

    /** The values that were added, in the program. */
    public abstract O value();

    /**
     * Adds a value. In a task it counts once the attempt has won; elsewhere, at once.
     *
     * @throws RefusedException in a task, if it was not registered
     */
    public final void add(I value) {
        AccumulatorV2<I, O> here = here();
        synchronized (here) {
            here.accumulate(value);
        }
        if (here.keeper != null) {
            here.tellKeeper(here.keeper, value);
        }
    }

    /** Of what the program itself adds. */
    private void tellKeeper(Accumulators.Keeper whoKeeps, I value) {
        AccumulatorV2<I, O> part = part();
        part.accumulate(value);
        whoKeeps.added(this, part, JobScope.current());
    }

    /**
     * Refuses to take out what a checkpoint keeps.
     *
     * @param call what the program has called
     */
    final void checkNotKept(String call) {
        if (keeper != null) {
            throw new RefusedException(
                    call + " of the durable accumulator \"" + name + "\", which holds what committed batches have"
                            + " added; read its value before and after instead, or use one that is not durable");
        }
    }

    /** Another one without content; it is not registered. */
    public AccumulatorV2<I, O> copyAndReset() {
        AccumulatorV2<I, O> copy = copy();
        copy.reset();
        return copy;
    }

    /** Its number, unique in the process of the program. */
    public final long id() {
        return id;
    }

    /** The name that it was registered with, for people. */
    public final Optional<String> name() {
        return Optional.ofNullable(name).filter(given -> !given.isEmpty());
    }

    /** Returns whether a context knows it, so that tasks may add to it. */
    public final boolean isRegistered() {
        return name != null;
    }

    /** Takes what was stored of a sum; returns false if it is no such sum. */
    boolean restore(Object sum, long count) {
        return false;
    }

    /** The part that this thread adds to and reads: in a task that is the part of the attempt. */
    final AccumulatorV2<I, O> here() {
        TaskScope task = own ? null : TaskScope.current();
        if (task == null) {
            return this;
        }
        if (name == null) {
            throw new RefusedException(
                    "an accumulator of " + getClass().getName() + " was not registered, so what tasks add"
                            + " to it would be lost; call register(accumulator, \"name\") of the context before");
        }
        @SuppressWarnings("unchecked") // it was made of this one, or of another copy of the same one
        AccumulatorV2<I, O> part = (AccumulatorV2<I, O>) task.part(id, this::part);
        return part;
    }

    private synchronized AccumulatorV2<I, O> part() {
        AccumulatorV2<I, O> part = copyAndReset();
        part.own = true;
        return part;
    }

    private synchronized void register(String given) {
        if (name != null) {
            throw new IllegalStateException("an accumulator is registered twice, the first time as \"" + name
                    + "\"; register it once, or make another one");
        }
        name = given;
    }

    @SuppressWarnings("unchecked") // parts are made of the accumulator
    private synchronized void mergePart(AccumulatorV2<?, ?> part) {
        merge((AccumulatorV2<I, O>) part);
    }

    /** Goes along with a function without its content; a part goes back with what it has. */
    protected final Object writeReplace() {
        if (own) {
            return this;
        }
        synchronized (this) {
            AccumulatorV2<I, O> sent = copyAndReset();
            sent.id = id;
            sent.name = name;
            sent.own = false;
            return sent;
        }
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(" + id + (name().isPresent() ? ", " + name : "") + ": " + value() + ")";
    }
}
