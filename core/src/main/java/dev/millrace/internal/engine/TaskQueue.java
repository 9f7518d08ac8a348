/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.error.CancelledException;
import dev.millrace.spi.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of a stage that no thread has taken yet: first attempts in order of partitions, then those that wait
 * until they are due. So a task that waits keeps no thread from the others. Safe for several threads.
 */
final class TaskQueue {
    private final int until;
    private final Clock clock;
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(Comparator.comparingLong(Waiting::due));
    private int next;
    private boolean closed;

    TaskQueue(int from, int until, Clock clock) {
        next = from;
        this.until = until;
        this.clock = clock;
    }

    /** One attempt at the task of a partition, counted from 0. */
    record Attempt(int partition, int number) {}

    private record Waiting(Attempt attempt, long due) {}

    /**
     * Takes the next attempt, and waits for it if it is not due yet. A failed attempt puts the next one back into the queue before its
     * thread asks again; null means that no work is left for this thread.
     *
     * @param cancelled asked before waiting; a thread that waits is told by an interrupt
     */
    synchronized @Nullable Attempt take(BooleanSupplier cancelled) throws InterruptedException {
        while (!closed) {
            if (next < until) {
                return new Attempt(next++, 0);
            }
            Waiting first = waiting.peek();
            if (first == null) {
                return null;
            }
            long nanos = first.due() - clock.nanos();
            if (nanos <= 0) {
                waiting.remove(first);
                return first.attempt();
            }
            if (cancelled.getAsBoolean()) {
                throw new CancelledException("cancelled while the task of partition "
                        + first.attempt().partition() + " waited for its next attempt");
            }
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        }
        return null;
    }

    /** The attempt after one that failed. */
    synchronized void putBack(Attempt failed, Duration delay) {
        waiting.add(new Waiting(new Attempt(failed.partition(), failed.number() + 1), clock.nanos() + delay.toNanos()));
        notifyAll();
    }

    /** Nothing is taken any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
