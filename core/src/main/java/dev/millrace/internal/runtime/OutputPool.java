/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.internal.graph.StreamOutput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Runs the outputs of a batch: in order on the batch thread, or several at a time if the program asked for it. */
public final class OutputPool implements AutoCloseable {
    private final @Nullable ExecutorService executor;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    public OutputPool(int concurrentJobs, Threads pools) {
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

    /** Those that run outputs beside the batch thread. */
    public Set<Thread> threads() {
        return Set.copyOf(threads);
    }

    /** Returns whether a thread is one of those that run outputs. */
    public boolean owns(Thread thread) {
        return threads.contains(thread);
    }

    /**
     * Returns when all have ended, also after one failed. An interrupt is passed on to the outputs that run.
     *
     * @return what those that failed threw, in the order of the outputs
     */
    Map<StreamOutput<?>, Throwable> run(List<StreamOutput<?>> outputs, Work work) {
        return executor == null ? inOrder(outputs, work) : atOnce(executor, outputs, work);
    }

    private static Map<StreamOutput<?>, Throwable> inOrder(List<StreamOutput<?>> outputs, Work work) {
        Map<StreamOutput<?>, Throwable> failures = new LinkedHashMap<>();
        for (StreamOutput<?> output : outputs) {
            try {
                work.run(output);
            } catch (Throwable e) {
                failures.put(output, e);
                if (OutputFailures.endsBatch(e)) {
                    break;
                }
            }
        }
        return failures;
    }

    private Map<StreamOutput<?>, Throwable> atOnce(ExecutorService executor, List<StreamOutput<?>> outputs, Work work) {
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
        Map<StreamOutput<?>, Throwable> failures = new LinkedHashMap<>();
        for (int i = 0; i < running.size(); i++) {
            Throwable failure = await(running.get(i));
            if (failure != null) {
                failures.put(outputs.get(i), failure);
            }
        }
        return failures;
    }

    private @Nullable Throwable await(Future<?> one) {
        while (true) {
            try {
                one.get();
                return null;
            } catch (ExecutionException e) {
                return e.getCause() == null ? e : e.getCause();
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
