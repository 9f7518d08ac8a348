/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The helper threads that compute beside the threads that call actions; daemon, and started when first needed. */
final class ComputePool implements Executor, AutoCloseable {
    private final int size;
    private final ThreadPoolExecutor threads;

    ComputePool(int size) {
        this.size = size;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                Math.max(1, size), Math.max(1, size), 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "millrace-compute-" + number.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    int size() {
        return size;
    }

    /** Once it is closed the caller does the work, which its job has cancelled. */
    @Override
    public void execute(Runnable work) {
        try {
            threads.execute(work);
        } catch (RejectedExecutionException e) {
            work.run();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow().forEach(Runnable::run); // their jobs are cancelled, and wait for them
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                System.getLogger("dev.millrace.engine")
                        .log(
                                System.Logger.Level.WARNING,
                                "a task does not react to its cancellation; it is left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
