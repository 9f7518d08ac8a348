/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The listeners of a context, and what is told to them while it runs. Any thread. */
public final class Listeners {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<StreamingListener> listeners = new CopyOnWriteArrayList<>();
    private List<StreamingListener> configured = List.of();
    private @Nullable Supplier<EventDelivery> beginning; // while events are told, until the first comes
    private volatile @Nullable EventDelivery delivery; // from the first event on

    public void add(StreamingListener listener) {
        listeners.add(listener);
    }

    /** Puts those that a start has made by its configuration in place of those of a start before, which was refused. */
    public synchronized void configure(List<StreamingListener> made) {
        listeners.removeAll(configured);
        listeners.addAll(made);
        configured = made;
    }

    public void remove(StreamingListener listener) {
        listeners.remove(listener);
    }

    /**
     * From now on events are told.
     *
     * @param complete whether a thread that tells of an event waits for room, as in virtual time; else an event that finds none is dropped
     */
    public synchronized void begin(Threads threads, Clock clock, boolean complete) {
        beginning = () -> new EventDelivery(listeners, threads, clock, complete, PATIENCE);
        delivery = null;
    }

    private synchronized @Nullable EventDelivery begun() {
        if (delivery == null && beginning != null) {
            delivery = beginning.get();
        }
        return delivery;
    }

    /** Returns whether the calling thread is in one of the listeners. */
    public boolean isTelling() {
        EventDelivery now = delivery;
        return now != null && now.isOwnThread();
    }

    /**
     * Tells what happens, in the order of the calls. It returns before it is heard.
     *
     * @param event is made now, and only if there are listeners
     */
    public <E> void tell(BiConsumer<StreamingListener, E> how, Supplier<E> event) {
        if (!listeners.isEmpty()) {
            E made = event.get();
            tell(listener -> how.accept(listener, made));
        }
    }

    public void tell(Consumer<StreamingListener> event) {
        EventDelivery now = listeners.isEmpty() ? null : begun();
        if (now != null) {
            now.add(event);
        }
    }

    /** Returns when all that was told has been heard, or a listener seems to be stuck. */
    public void awaitHeard() {
        EventDelivery now = delivery;
        if (now != null) {
            now.awaitHeard();
        }
    }

    /** From now on no thread waits for listeners until the end, which gives them a last chance. */
    public void hurry() {
        EventDelivery now = delivery;
        if (now != null) {
            now.hurry();
        }
    }

    /** Nothing is told any more; what was told may still be heard for a while, and what is not by then is lost. */
    public void end(Duration atMost) {
        EventDelivery now;
        synchronized (this) {
            beginning = null; // else a late event would begin a thread that never ends
            now = delivery;
        }
        if (now != null) {
            now.end(atMost);
        }
    }
}
