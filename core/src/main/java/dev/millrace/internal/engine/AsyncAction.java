/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.operators.JobScope;
import dev.millrace.rdd.FutureAction;
import dev.millrace.spi.JobLabel;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** An action on a thread of its own, on behalf of whatever the thread that began it worked for. */
final class AsyncAction<R> extends FutureTask<R> implements FutureAction<R> {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final ContextJobs jobs;
    private final String name;
    private final List<Integer> begun;
    private final CountDownLatch ended = new CountDownLatch(1);

    private AsyncAction(ContextJobs jobs, String name, List<Integer> begun, Callable<R> action) {
        super(action);
        this.jobs = jobs;
        this.name = name;
        this.begun = begun;
    }

    /** Begins an action; what its thread says of jobs is what this one says. */
    static <R> AsyncAction<R> begin(ContextJobs jobs, String name, Callable<R> action) {
        JobLabel label = JobScope.current();
        List<Integer> begun = new CopyOnWriteArrayList<>();
        AsyncAction<R> made = new AsyncAction<>(jobs, name, begun, () -> under(label, action));
        JobScope.endsAfter(made::await);
        Thread thread = new Thread(
                () -> {
                    jobs.watched(made::begun, made);
                    made.ended.countDown();
                },
                "millrace-action-" + NUMBER.getAndIncrement());
        thread.setDaemon(true);
        thread.start();
        return made;
    }

    @SuppressWarnings("NullAway") // the action's result, which may be null
    private static <R> R under(JobLabel label, Callable<R> action) throws Exception {
        AtomicReference<R> result = new AtomicReference<>();
        JobScope.under(label, () -> result.set(action.call()));
        return result.get();
    }

    private void begun(int job) {
        begun.add(job);
        if (isCancelled()) {
            endJobs();
        }
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        boolean cancelled = super.cancel(false); // the thread is interrupted where its jobs run, and nowhere else
        if (cancelled) {
            endJobs();
        }
        return cancelled;
    }

    /** Waits for its end. One that the program has cancelled has ended well. */
    void await() throws Exception {
        ended.await(); // its jobs too, which may end later than it does
        if (!isCancelled()) {
            try {
                get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }

    private void endJobs() {
        jobs.cancel(begun, "a cancel of " + name);
    }

    @Override
    public List<Integer> jobIds() {
        return List.copyOf(begun);
    }
}
