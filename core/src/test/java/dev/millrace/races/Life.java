/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One run of the program in this process: started, and stopped, by threads of its own, of which any may hang. */
final class Life implements RaceProgram.Progress {
    private static final int SOME_BATCHES = 8;

    private final String name;
    private final Mischief mischief;
    private final StreamingContext ssc;
    private final FutureTask<Void> start;
    private final CompletableFuture<Void> someBatches = new CompletableFuture<>();
    private final CompletableFuture<Void> publishes = new CompletableFuture<>();
    private final CompletableFuture<Void> allTaken = new CompletableFuture<>();
    private final CompletableFuture<Void> allStored = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean started;
    private int batches;

    Life(Race race, Path directory, Mischief mischief, Duration closeTimeout) throws IOException {
        name = "race-" + race.number();
        this.mischief = mischief;
        MillraceConf conf = new MillraceConf()
                .set("millrace.streaming.gracefulStopTimeout", closeTimeout.toMillis() + "ms")
                .set("millrace.streaming.stopGrace", Race.GRACE.toMillis() + "ms");
        ssc = new RaceProgram(race.number(), directory, mischief).build(conf, this);
        mischief.begin(race.number(), ssc);
        start = new FutureTask<>(this::startAndAwaitEnd, null);
    }

    private void startAndAwaitEnd() {
        try {
            ssc.start();
        } catch (RuntimeException | Error e) {
            ended.completeExceptionally(e);
            throw e;
        }
        started = true;
        thread("end", () -> {
            try {
                ssc.awaitTermination();
                ended.complete(null);
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        });
    }

    private synchronized void thread(String what, Runnable work) {
        Thread thread = new Thread(work, name + "-" + what);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    Life start() {
        thread("start", start);
        return this;
    }

    /** Throws what the start threw. */
    void awaitStarted() throws Exception {
        try {
            start.get(Race.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the program does not start", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the start hangs" + Race.stacks(name), e);
        }
    }

    boolean isStarted() {
        return started;
    }

    StreamingContext context() {
        return ssc;
    }

    Mischief mischief() {
        return mischief;
    }

    /** Returns when it has gone wrong, or is over, or had the time to go wrong. */
    void awaitMischief() throws Exception {
        await(mischief.hit(), someBatches, ended);
    }

    /** Returns when an output publishes, or it has gone wrong, or is over. */
    void awaitPublishing() throws Exception {
        await(publishes, mischief.hit(), ended);
    }

    /** Returns when all input is in batches, or in the log. */
    void awaitAllInput() throws Exception {
        await(CompletableFuture.allOf(allTaken, allStored), ended);
    }

    void awaitSomeBatches() throws Exception {
        await(someBatches, ended);
    }

    private void await(CompletableFuture<?>... any) throws Exception {
        try {
            CompletableFuture.anyOf(any).get(Race.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            // it has ended by a failure, which the end of the race tells if it should not be
        } catch (TimeoutException e) {
            throw new AssertionError("nothing happens any more" + Race.stacks(name), e);
        }
    }

    /** Begins to stop, on a thread of its own. */
    Stopping stop(Duration deadline) {
        return begin(new Stopping(deadline, () -> ssc.stop(deadline)));
    }

    /** Begins to close, on a thread of its own. */
    Stopping close(Duration deadline) {
        return begin(new Stopping(deadline, () -> {
            ssc.close();
            return null;
        }));
    }

    private Stopping begin(Stopping stopping) {
        thread("stop", stopping.task);
        return stopping;
    }

    /** A stop under way. */
    final class Stopping {
        private final Duration deadline;
        private final long begin = System.nanoTime();
        private final FutureTask<@Nullable StopResult> task;
        private volatile long end;

        Stopping(Duration deadline, Callable<@Nullable StopResult> stop) {
            this.deadline = deadline;
            task = new FutureTask<>(() -> {
                try {
                    return stop.call();
                } finally {
                    end = System.nanoTime();
                }
            });
        }

        /** Null if it was a close; fails if it does not return in time. */
        @Nullable
        StopResult result() throws Exception {
            Duration latest = deadline.plus(Race.GRACE).plus(Race.LATE);
            try {
                return task.get(latest.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError(
                        "a stop with the deadline " + deadline + " has not returned after " + latest
                                + Race.stacks(name),
                        e);
            }
        }

        Duration elapsed() {
            return Duration.ofNanos(end - begin);
        }
    }

    // ---- its end, and what the program tells ----

    /** Lets what is stuck go on, and fails if it does not end then. */
    void awaitThreads() throws InterruptedException {
        mischief.release();
        Thread endless = mischief.endless(Race.LIMIT);
        if (endless != null) {
            throw new AssertionError("what was stuck does not end: " + endless.getName() + Race.stack(endless));
        }
        List<Thread> own;
        synchronized (this) {
            own = List.copyOf(threads);
        }
        for (Thread thread : own) {
            thread.join(Race.LIMIT.toMillis());
            if (thread.isAlive()) {
                throw new AssertionError(thread.getName() + " does not end" + Race.stack(thread));
            }
        }
    }

    @Override
    public void batch() {
        synchronized (this) {
            batches++;
            if (batches < SOME_BATCHES) {
                return;
            }
        }
        someBatches.complete(null);
    }

    @Override
    public void publishes() {
        publishes.complete(null);
    }

    @Override
    public void allTaken() {
        allTaken.complete(null);
    }

    @Override
    public void allStored() {
        allStored.complete(null);
    }
}
