/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.threads;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where a program does its work, and where one part of it waits for another. A simulation has its own: it does all the work on one
 * thread, one step after the other as a seed says, and where a part waits it goes on with the others.
 */
public interface Threads {
    /** Runs what it is given, so much at a time, in the order in which that comes. */
    ExecutorService pool(int size, ThreadFactory factory);

    /**
     * Runs what it is given, one after the other, some of it later. Once it is shut down it runs what is due by then, and drops
     * what is not and what comes.
     */
    ScheduledExecutorService timer(ThreadFactory factory);

    /** By it other threads reach one that waits. */
    <T> BlockingQueue<T> queue();

    /** Has steps be made until there are none for ever, by one thread at a time. */
    void drive(Steps steps, ThreadFactory factory);

    /** Work that is done in steps, which never wait. */
    interface Steps {
        /** Does one thing that is due, if there is one, and returns whether there was. */
        boolean doWork();

        /** Waits until something is due, or perhaps is. */
        void awaitWork();

        /** Returns whether nothing is left to do for ever. */
        boolean isOver();
    }

    /** Returns the result of a future once it is there; an interrupt is kept for later. */
    default <T> T join(CompletableFuture<T> future) {
        boolean interrupted = false;
        while (!future.isDone()) {
            try {
                await(future, Long.MAX_VALUE);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return future.join();
    }

    /** Returns false if it is not complete within that time. */
    boolean await(CompletableFuture<?> future, long nanos) throws InterruptedException;

    /** Keeps the process alive until something has ended, since the threads of a run are daemons. */
    default void keepAlive(CompletableFuture<?> until) {}

    /** Returns whether time goes on while a thread is stuck, so that a stop can tell by it. */
    default boolean isRealTime() {
        return false;
    }

    /** The process's own. */
    Threads OWN = new Threads() {
        @Override
        public ExecutorService pool(int size, ThreadFactory factory) {
            return Executors.newFixedThreadPool(size, factory);
        }

        @Override
        public ScheduledExecutorService timer(ThreadFactory factory) {
            ScheduledThreadPoolExecutor timer =
                    new ScheduledThreadPoolExecutor(1, factory, new ThreadPoolExecutor.DiscardPolicy());
            timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            return timer;
        }

        @Override
        public <T> BlockingQueue<T> queue() {
            return new LinkedBlockingQueue<>();
        }

        @Override
        public void drive(Steps steps, ThreadFactory factory) {
            ExecutorService thread = pool(1, factory);
            thread.execute(() -> {
                while (!steps.isOver()) {
                    steps.awaitWork();
                    steps.doWork();
                }
            });
            thread.shutdown(); // when that is done
        }

        @Override
        public boolean await(CompletableFuture<?> future, long nanos) throws InterruptedException {
            try {
                future.get(nanos, TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException | CancellationException e) {
                return true;
            }
        }

        @Override
        public void keepAlive(CompletableFuture<?> until) {
            new Thread(() -> until.handle((result, failure) -> result).join(), "millrace-context").start();
        }

        @Override
        public boolean isRealTime() {
            return true;
        }
    };
}
