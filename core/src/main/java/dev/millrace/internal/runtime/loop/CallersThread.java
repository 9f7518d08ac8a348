/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.internal.threads.Threads;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** No threads: what a pool is given it does at once, on the thread that gives it. Waits are those of the process. */
final class CallersThread implements Threads {
    @Override
    public ExecutorService pool(int size, ThreadFactory factory) {
        return new AtOnce();
    }

    @Override
    public ScheduledExecutorService timer(ThreadFactory factory) {
        return OWN.timer(factory);
    }

    @Override
    public void drive(Steps steps, ThreadFactory factory) {
        OWN.drive(steps, factory);
    }

    @Override
    public <T> BlockingQueue<T> queue() {
        return new LinkedBlockingQueue<>();
    }

    @Override
    public boolean await(CompletableFuture<?> future, long nanos) throws InterruptedException {
        return OWN.await(future, nanos);
    }

    /** A pool without threads. */
    static class AtOnce extends AbstractExecutorService {
        private volatile boolean shutdown;

        @Override
        public void execute(Runnable work) {
            work.run();
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return shutdown;
        }
    }
}
