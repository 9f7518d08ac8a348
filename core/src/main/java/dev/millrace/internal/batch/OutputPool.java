/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.internal.graph.StreamOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Runs the outputs of a batch: in order on the batch thread, or several at a time if the program asked for it. */
final class OutputPool implements AutoCloseable {
    private final @Nullable ExecutorService threads;

    OutputPool(int concurrentJobs) {
        threads = concurrentJobs == 1
                ? null
                : Executors.newFixedThreadPool(concurrentJobs, work -> {
                    Thread thread = new Thread(work, "millrace-output");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** What is done with one output. */
    interface Work {
        void run(StreamOutput<?> output) throws Exception;
    }

    /** Returns when all have ended, also after one failed; then throws what the first in order threw. */
    void run(List<StreamOutput<?>> outputs, Work work) throws Exception {
        if (threads == null) {
            for (StreamOutput<?> output : outputs) {
                work.run(output);
            }
            return;
        }
        List<Future<?>> running = new ArrayList<>();
        for (StreamOutput<?> output : outputs) {
            running.add(threads.submit(() -> {
                work.run(output);
                return null;
            }));
        }
        Exception first = null;
        for (Future<?> one : running) {
            first = await(one, first);
        }
        if (first != null) {
            throw first;
        }
    }

    private static @Nullable Exception await(Future<?> one, @Nullable Exception first) {
        while (true) {
            try {
                one.get();
                return first;
            } catch (ExecutionException e) {
                Exception failure = e.getCause() instanceof Exception cause ? cause : e; // an error is a failure too
                return first != null ? first : failure;
            } catch (InterruptedException e) {
                one.cancel(true); // the batch is cancelled: its outputs end early
            } catch (java.util.concurrent.CancellationException e) {
                return first != null ? first : e;
            }
        }
    }

    @Override
    public void close() {
        if (threads != null) {
            threads.shutdownNow();
        }
    }
}
