/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.internal.graph.StreamOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Runs the outputs of a batch: in order on the batch thread, or several at a time if the program asked for it. */
final class OutputPool implements AutoCloseable {
    private final @Nullable ExecutorService executor;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    OutputPool(int concurrentJobs, Threads pools) {
        executor = concurrentJobs == 1
                ? null
                : pools.pool(concurrentJobs, work -> {
                    Thread thread = new Thread(work, "millrace-output");
                    thread.setDaemon(true);
                    threads.add(thread);
                    return thread;
                });
    }

    /** What is done with one output. */
    interface Work {
        void run(StreamOutput<?> output) throws Exception;
    }

    /** Whether a thread is one of those that run outputs. */
    boolean owns(Thread thread) {
        return threads.contains(thread);
    }

    /**
     * Returns when all have ended, also after one failed; then throws what the first in order threw. An interrupt is
     * passed on to the outputs that run.
     */
    void run(List<StreamOutput<?>> outputs, Work work) throws Exception {
        if (executor == null) {
            for (StreamOutput<?> output : outputs) {
                work.run(output);
            }
            return;
        }
        List<Future<?>> running = new ArrayList<>();
        for (StreamOutput<?> output : outputs) {
            running.add(executor.submit(() -> {
                try {
                    work.run(output);
                } finally {
                    Thread.interrupted(); // it was for this output
                }
                return null;
            }));
        }
        Exception first = null;
        for (Future<?> one : running) {
            Exception failure = await(one);
            first = first == null ? failure : first;
        }
        if (first != null) {
            throw first;
        }
    }

    private @Nullable Exception await(Future<?> one) {
        while (true) {
            try {
                one.get();
                return null;
            } catch (ExecutionException e) {
                return e.getCause() instanceof Exception cause ? cause : e; // an error is a failure too
            } catch (InterruptedException e) {
                threads.forEach(Thread::interrupt);
            }
        }
    }

    @Override
    public void close() {
        if (executor != null) {
            executor.shutdownNow();
        }
    }
}
