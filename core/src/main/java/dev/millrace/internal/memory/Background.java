/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.internal.threads.Threads;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One thread of low priority for work that is not waited for; made when there is some. Safe for several threads. */
final class Background implements Executor, AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;

    private @Nullable ExecutorService thread;
    private boolean closed;

    /** @throws RejectedExecutionException if it is closed */
    @Override
    public synchronized void execute(Runnable work) {
        if (closed) {
            throw new RejectedExecutionException("the engine is closed");
        }
        if (thread == null) {
            thread = Threads.OWN.pool(1, Background::thread);
        }
        thread.execute(work);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "millrace-merge");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    }

    /** Ends the thread; what it does has been told to end. */
    @Override
    public void close() {
        ExecutorService last;
        synchronized (this) {
            closed = true;
            last = thread;
        }
        if (last != null) {
            last.shutdown();
            awaitEnd(last);
        }
    }

    private static void awaitEnd(ExecutorService last) {
        try {
            last.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
