/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has listeners hear events on a thread of their own, in the order in which they were told, so that none of them delays the
 * program. Exceptions of a listener, and interrupts that it leaves, do not reach other listeners or the program.
 */
final class EventDelivery {
    static final int MOST_WAITING = 10_000;

    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.listener");
    private static final long NANOS_BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

    private final List<StreamingListener> listeners;
    private final Threads threads;
    private final Clock clock;
    private final boolean complete;
    private final Duration patience;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Set<CompletableFuture<Boolean>> awaiting = ConcurrentHashMap.newKeySet();
    private final Drops drops = new Drops();
    private final AtomicLong heard = new AtomicLong();
    private volatile long stuckAt = -1; // what was heard when it was last found to be stuck
    private volatile boolean hurried;
    private volatile boolean over;
    private final ExecutorService pool; // of one thread
    private volatile @Nullable Thread thread;
    private volatile @Nullable StreamingListener current;

    /**
     * @param complete whether a thread that tells of an event waits for room
     * @param patience how long a listener may take over one event until it counts as stuck, so that no thread waits for it
     */
    EventDelivery(
            List<StreamingListener> listeners, Threads threads, Clock clock, boolean complete, Duration patience) {
        this.listeners = listeners;
        this.threads = threads;
        this.clock = clock;
        this.complete = complete;
        this.patience = patience;
        pool = threads.pool(1, work -> {
            Thread made = new Thread(work, "millrace-listeners");
            made.setDaemon(true);
            thread = made;
            return made;
        });
    }

    boolean isOwnThread() {
        return Thread.currentThread() == thread;
    }

    void add(Consumer<StreamingListener> event) {
        if (over) {
            return;
        }
        if (complete && waiting.get() >= MOST_WAITING) {
            awaitHeard();
        }
        if (waiting.get() >= MOST_WAITING) {
            drops.add();
            return;
        }
        waiting.incrementAndGet();
        execute(() -> hear(event));
    }

    private void execute(Runnable work) {
        try {
            pool.execute(work);
        } catch (RejectedExecutionException e) {
            // the delivery has ended, so the event is lost
        }
    }

    private void hear(Consumer<StreamingListener> event) {
        for (StreamingListener listener : listeners) {
            if (over) {
                return;
            }
            enter(listener);
            try {
                event.accept(listener);
            } catch (Throwable e) { // of whatever kind: the next event is not to be lost for it
                LOG.log(System.Logger.Level.WARNING, "a streaming listener failed", e);
            } finally {
                leave();
            }
        }
        waiting.decrementAndGet();
        heard.incrementAndGet();
    }

    private synchronized void enter(StreamingListener listener) {
        current = listener;
    }

    private synchronized void leave() {
        current = null;
        Thread.interrupted(); // the listener has left it, and it is not for the next one
    }

    /** Returns when all that was told so far has been heard, or a listener seems to be stuck. */
    void awaitHeard() {
        while (!over && !hurried && !isOwnThread() && heard.get() != stuckAt) {
            long before = heard.get();
            if (await(patience)) {
                return;
            }
            if (heard.get() == before && !hurried) {
                stuckAt = before;
                LOG.log(System.Logger.Level.WARNING, "nobody waits any more for " + stuck());
            }
        }
    }

    /** Returns whether all that was told so far is heard within that time; false at once if a stop hurries. */
    private boolean await(Duration atMost) {
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        awaiting.add(reached);
        execute(() -> reached.complete(true));
        long until = clock.nanos() + atMost.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    threads.await(reached, Math.max(0, until - clock.nanos()));
                    return reached.getNow(false);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            awaiting.remove(reached);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void hurry() {
        hurried = true;
        awaiting.forEach(one -> one.complete(false));
    }

    void end(Duration atMost) {
        if (!over && !isOwnThread() && !await(atMost) && waiting.get() > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    waiting.get() + " events are lost to the listeners of a context that has ended: the time is up"
                            + " for " + stuck());
        }
        finish();
        drops.end();
    }

    private synchronized void finish() {
        over = true;
        pool.shutdown();
        Thread running = thread;
        if (current != null && running != null) {
            running.interrupt();
        }
    }

    private String stuck() {
        return name(current) + ", which is at" + StackText.of(thread);
    }

    private static String name(@Nullable StreamingListener listener) {
        return listener == null
                ? "the listeners"
                : "the listener " + listener.getClass().getName();
    }

    /** Events that found no room: counted, and warned of once in a while. */
    private final class Drops {
        private long all;
        private long told;
        private long warnedNanos;

        synchronized void add() {
            all++;
            if (told == 0 || clock.nanos() - warnedNanos >= NANOS_BETWEEN_WARNINGS) {
                warn("listeners are too slow: " + MOST_WAITING + " events wait, and " + (all - told)
                        + " more are dropped (" + all + " so far); one is told now to " + name(current)
                        + "; have it return soon, or hand its work to a thread of its own");
            }
        }

        /** By now what waited has been heard, or is lost and told of. */
        synchronized void end() {
            if (all > told) {
                warn("listeners were too slow: " + (all - told) + " more events were dropped (" + all
                        + " in all) before the context ended; have each return soon, or hand its work to a thread of"
                        + " its own");
            }
        }

        private void warn(String message) {
            LOG.log(System.Logger.Level.WARNING, message);
            told = all;
            warnedNanos = clock.nanos();
        }
    }
}
