/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.error.CancelledException;
import dev.millrace.error.CheckpointException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.threads.Threads;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
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

    /** The work on one output. */
    interface Work {
        void run(StreamOutput<?> output) throws Exception;
    }

    /** Returns the threads that run outputs beside the batch thread. */
    public Set<Thread> threads() {
        return Set.copyOf(threads);
    }

    /** Returns whether a thread is one of those that run outputs. */
    public boolean owns(Thread thread) {
        return threads.contains(thread);
    }

    /**
     * Returns when all have ended, also after one failed, and throws what they threw. An interrupt is passed on to the outputs that
     * run.
     */
    void run(List<StreamOutput<?>> outputs, Work work) throws Exception {
        Map<StreamOutput<?>, Throwable> failures =
                executor == null ? inOrder(outputs, work) : atOnce(executor, outputs, work);
        if (!failures.isEmpty()) {
            throwTogether(failures, outputs.size());
        }
    }

    private static Map<StreamOutput<?>, Throwable> inOrder(List<StreamOutput<?>> outputs, Work work) {
        Map<StreamOutput<?>, Throwable> failures = new LinkedHashMap<>();
        for (StreamOutput<?> output : outputs) {
            try {
                work.run(output);
            } catch (Throwable e) {
                failures.put(output, e);
                if (endsBatch(e)) {
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

    /** Returns whether nothing of the batch may run after it: the batch is given up, or another program has the checkpoint. */
    private static boolean endsBatch(Throwable failure) {
        return failure instanceof CancelledException || failure instanceof CheckpointException;
    }

    private static void throwTogether(Map<StreamOutput<?>, Throwable> failures, int outputs) throws Exception {
        Throwable first = failures.values().stream()
                .filter(OutputPool::endsBatch)
                .findFirst()
                .orElseGet(() -> failures.values().iterator().next());
        if (failures.size() > 1 && !endsBatch(first)) {
            throw together(failures, outputs, first);
        }
        if (first instanceof Error error) {
            throw error;
        }
        throw (Exception) first;
    }

    private static MillraceException together(Map<StreamOutput<?>, Throwable> failures, int outputs, Throwable first) {
        MillraceException all = new MillraceException(
                failures.size() + " of " + outputs + " outputs failed:\n  - "
                        + failures.entrySet().stream()
                                .map(failed -> failed.getKey().name() + ": " + Causes.text(failed.getValue()))
                                .collect(Collectors.joining("\n  - ")),
                first);
        failures.values().stream().skip(1).forEach(all::addSuppressed);
        return all;
    }

    @Override
    public void close() {
        if (executor != null) {
            executor.shutdownNow();
        }
    }
}
