/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.internal.runtime.Threads;
import dev.millrace.spi.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Threads of which one runs at a time, and only when the test gives it a turn. A turn ends where the thread waits, or where
 * it comes by a {@link #pause}. So what happens depends on the test's choices alone.
 */
final class Turns implements Threads {
    private static final int STUCK_SECONDS = 30;
    private static final int QUEUED = 50_000; // more waits for nobody

    private final Clock clock;
    private final List<Taker> takers = new ArrayList<>();
    private final List<Pool> pools = new ArrayList<>();
    private final ThreadLocal<@Nullable Taker> mine = new ThreadLocal<>();
    private final Semaphore back = new Semaphore(0);
    private final Semaphore posted = new Semaphore(0);
    private volatile boolean abandoned;
    private volatile boolean interruptLeft;

    /** @param clock by which waiting threads wait */
    Turns(Clock clock) {
        this.clock = clock;
    }

    /** What ends the threads of a test that has failed. */
    private static final class Abandoned extends Error {
        private static final long serialVersionUID = 1;
    }

    /** One thread, from its start to its end. */
    private static final class Taker {
        private final Thread thread;
        private volatile boolean given;
        private BooleanSupplier ready = () -> true;
        private boolean over;

        Taker(ThreadFactory factory, Consumer<Taker> work) {
            thread = factory.newThread(() -> work.accept(this));
            thread.setDaemon(true);
        }

        void give() {
            given = true;
            LockSupport.unpark(thread);
        }

        /** An interrupt stays what it is meanwhile, for others who ask for it. */
        void awaitGiven() {
            while (!given) {
                LockSupport.park(this);
            }
            given = false;
        }

        boolean isReady(Predicate<String> wanted) {
            return ready.getAsBoolean() && wanted.test(thread.getName());
        }
    }

    /** Whether a thread whose name is wanted can go on. */
    boolean isReady(Predicate<String> wanted) {
        return takers.stream().anyMatch(taker -> taker.isReady(wanted));
    }

    /** Whether no thread is left. */
    boolean isOver() {
        return takers.isEmpty();
    }

    /** How many tasks threads of that name have, waiting ones too. */
    int unfinished(String thread) {
        return pools.stream()
                .filter(pool -> thread.equals(pool.name))
                .mapToInt(pool -> pool.running + pool.queued.size())
                .sum();
    }

    /** Whether a thread has ended a task with an interrupt that it did not see, which its next task would. */
    boolean isInterruptLeft() {
        return interruptLeft;
    }

    /** Lets one of the threads that can go on, and whose name is wanted, have a turn. */
    void next(Random random, Predicate<String> wanted) throws InterruptedException {
        List<Taker> ready =
                takers.stream().filter(taker -> taker.isReady(wanted)).toList();
        Taker next = ready.get(random.nextInt(ready.size()));
        next.give();
        if (!back.tryAcquire(STUCK_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(next.thread.getName() + " waits for something that is not simulated:\n  "
                    + Arrays.toString(next.thread.getStackTrace()));
        }
        if (next.over) {
            takers.remove(next);
        }
    }

    /** Where its threads are. */
    @Override
    public String toString() {
        return takers.stream()
                .map(taker -> taker.thread.getName()
                        + (taker.ready.getAsBoolean() ? " can go on\n    " : " waits\n    ")
                        + Arrays.stream(taker.thread.getStackTrace())
                                .filter(frame -> frame.getClassName().startsWith("dev.millrace"))
                                .map(StackTraceElement::toString)
                                .collect(Collectors.joining("\n    ")))
                .collect(Collectors.joining("\n  ", "\n  ", ""));
    }

    /** Forgets everything that threads that take no turns have put into queues so far. */
    void forgetPosted() {
        posted.drainPermits();
    }

    /** Waits until a thread that takes no turns has put something into a queue. */
    void awaitPosted() throws InterruptedException {
        if (!posted.tryAcquire(STUCK_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("nothing was put into the queue");
        }
    }

    /** Called by the threads wherever another may come between. */
    void pause() {
        await(() -> true);
    }

    /** Called by the threads where they wait. Threads that take no turns do not. */
    void await(BooleanSupplier ready) {
        Taker taker = mine.get();
        if (taker == null) {
            return;
        }
        if (!abandoned) {
            taker.ready = ready;
            back.release();
            taker.awaitGiven();
            taker.ready = () -> true;
        }
        if (abandoned) {
            throw new Abandoned();
        }
    }

    /** Ends the threads of a test that has failed. */
    void abandon() {
        abandoned = true;
        List.copyOf(takers).forEach(Taker::give);
    }

    private void take(Taker taker, Runnable work) {
        mine.set(taker);
        taker.awaitGiven();
        try {
            if (!abandoned) {
                work.run();
            }
        } catch (Abandoned e) {
            // that is what it is for
        } finally {
            taker.over = true;
            back.release();
        }
    }

    @Override
    public <T> BlockingQueue<T> queue() {
        return new Events<>();
    }

    @Override
    public Pool pool(int size, ThreadFactory factory) {
        Pool pool = new Pool(size, factory);
        pools.add(pool);
        return pool;
    }

    private final class Events<T> extends LinkedBlockingQueue<T> {
        private static final long serialVersionUID = 1;

        Events() {
            super(QUEUED);
        }

        @Override
        public boolean add(T event) {
            super.add(event);
            if (mine.get() == null) {
                posted.release();
            }
            return true;
        }

        @Override
        public T take() {
            await(() -> !isEmpty());
            return remove();
        }

        @Override
        public T poll(long timeout, TimeUnit unit) {
            long until = clock.nanos() + unit.toNanos(timeout);
            await(() -> !isEmpty() || clock.nanos() - until >= 0);
            return poll();
        }
    }

    /** Makes a thread of each task, as many at a time as it has. */
    final class Pool extends AbstractExecutorService {
        private final int size;
        private final ThreadFactory factory;
        private final Queue<Runnable> queued = new ArrayDeque<>();
        private int running;
        private String name = "";
        private boolean shutdown;

        Pool(int size, ThreadFactory factory) {
            this.size = size;
            this.factory = factory;
        }

        @Override
        public void execute(Runnable task) {
            if (shutdown) {
                throw new RejectedExecutionException("it is shut down");
            }
            queued.add(task);
            fill();
        }

        private void fill() {
            while (!abandoned && running < size && !queued.isEmpty()) {
                Runnable task = queued.remove();
                running++;
                Taker taker = new Taker(factory, started -> take(started, () -> run(task)));
                name = taker.thread.getName();
                takers.add(taker);
                taker.thread.start();
            }
        }

        private void run(Runnable task) {
            try {
                task.run();
            } finally {
                interruptLeft |= Thread.interrupted();
                running--;
                fill();
            }
        }

        @Override
        protected <T> RunnableFuture<T> newTaskFor(Callable<T> task) {
            return new FutureTask<>(task) {
                @Override
                public T get() throws InterruptedException, ExecutionException {
                    Thread waiting = Thread.currentThread();
                    await(() -> isDone() || waiting.isInterrupted());
                    return super.get();
                }
            };
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown = true;
            List<Runnable> left = List.copyOf(queued);
            queued.clear();
            return left;
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown && running == 0 && queued.isEmpty();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            long until = clock.nanos() + unit.toNanos(timeout);
            await(() -> isTerminated() || clock.nanos() - until >= 0);
            return isTerminated();
        }
    }
}
