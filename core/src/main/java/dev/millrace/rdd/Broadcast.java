/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.error.RefusedException;
import dev.millrace.internal.engine.BroadcastValue;
import dev.millrace.internal.lineage.Operator;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A value that tasks read, sent once to each process that runs tasks, rather than with each task. On the embedded engine it is the object
 * that the program gave; so nobody may change it. Safe for use by several threads. It is no part of a checkpoint: a program that starts
 * again makes it again.
 *
 * @param <T> the type of the value; on Spark it must be serializable
 */
public final class Broadcast<T> implements Serializable {
    static {
        BroadcastValue.Maker.DOOR.open(new BroadcastValue.Maker() {
            @Override
            public <T> Broadcast<T> broadcast(BroadcastValue<T> value, Operator made) {
                return new Broadcast<>(value, made);
            }
        });
    }

    private static final AtomicLong NEXT_ID = new AtomicLong();

    private final long id;
    private final Operator made;
    private volatile @Nullable BroadcastValue<T> held;
    private volatile @Nullable Operator destroyed;

    private Broadcast(BroadcastValue<T> value, Operator made) {
        id = NEXT_ID.getAndIncrement();
        this.made = made;
        held = value;
    }

    /** Its number, unique in the process of the program. */
    public long id() {
        return id;
    }

    /**
     * The value, in the program and in tasks.
     *
     * @throws RefusedException if it was destroyed
     */
    public T value() {
        return held().get();
    }

    /** The same as {@link #value()}. */
    public T getValue() {
        return value();
    }

    /** Returns whether it was not destroyed. */
    public boolean isValid() {
        return held != null;
    }

    /** Like {@link #unpersist(boolean)}, without waiting. */
    public void unpersist() {
        unpersist(false);
    }

    /**
     * Frees the copies in other processes; a task that reads it there fetches it again. On the embedded engine there are none.
     *
     * @param blocking whether to wait until they are gone
     * @throws RefusedException if it was destroyed
     */
    public void unpersist(boolean blocking) {
        held().unpersist(blocking);
    }

    /** Like {@link #destroy(boolean)}, without waiting. */
    public void destroy() {
        destroy(false);
    }

    /**
     * Frees the value everywhere. Whoever reads it afterwards is refused, and so are tasks whose functions hold it.
     *
     * @param blocking whether to wait until copies in other processes are gone
     * @throws RefusedException if it was destroyed before
     */
    public synchronized void destroy(boolean blocking) {
        BroadcastValue<T> value = held();
        destroyed = Operator.here("destroy");
        held = null;
        value.destroy(blocking);
    }

    private BroadcastValue<T> held() {
        BroadcastValue<T> value = held;
        if (value == null) {
            throw new RefusedException("the value of " + made + " is gone: it was destroyed by " + destroyed
                    + "; destroy it after the last action that uses it, or make a new one");
        }
        return value;
    }

    /** Refuses to go along with a function after it was destroyed. */
    private Object writeReplace() {
        held();
        return this;
    }

    @Override
    public String toString() {
        return "Broadcast(" + id + ")";
    }
}
