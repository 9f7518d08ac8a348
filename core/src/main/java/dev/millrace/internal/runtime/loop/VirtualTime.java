/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.internal.operators.JobScope;
import dev.millrace.internal.runtime.OpenProgram;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A run in virtual time: the thread that asks for batches makes the steps of the loop, one thread at a time, and batches run inside these
 * steps. A stop makes steps too, when its turn has come. A failed batch ends the run, and the call that asked for it throws.
 */
public final class VirtualTime implements RunningProgram {
    private final OpenProgram program;
    private final VirtualTicks ticks;
    private final DriverLoop loop;
    private final ReentrantLock stepping = new ReentrantLock();
    private volatile boolean rolledBack; // by a stop, which interrupts the batch

    public VirtualTime(Lifecycle life, OpenProgram program, Duration interval, Clock clock) {
        this.program = program;
        BatchTime last = program.lastTime();
        ticks = new VirtualTicks(last == null ? program.zero() : last, interval);
        loop = new DriverLoop(life, program, ticks, clock, new CallersThread());
    }

    /** Returns whether a thread makes steps now, so that another caller has to wait. */
    public boolean isStepping() {
        return stepping.isLocked();
    }

    /** Batches that an earlier run had planned and not decided come first. */
    public void runAgain() {
        step(loop::runAgain);
    }

    /** Receivers run from the first batch of virtual time on. */
    public void runBatches(int batches) {
        program.refreshInputs();
        step(() -> {
            loop.receive();
            ticks.ask(batches);
        });
    }

    /**
     * Starts no receivers, because it cannot know when they have given all there is; of theirs it takes what earlier runs have logged.
     *
     * @param notBefore the time of the first batch, unless later ones were used already
     */
    public void runAvailable(BatchTime notBefore) {
        program.refreshInputs();
        step(() -> ticks.askForAll(notBefore));
    }

    /** Ends the run from the thread that steps it. */
    public void end() {
        step(() -> loop.requestStop(Duration.ZERO));
    }

    private void step(Runnable request) {
        stepping.lock();
        try {
            drive(request);
        } finally {
            stepping.unlock();
        }
        RuntimeException failure = loop.failure();
        if (failure != null) {
            throw failure;
        }
    }

    private void drive(Runnable request) {
        Thread caller = Thread.currentThread();
        boolean interrupted = Thread.interrupted(); // it is the caller's; those that come now are user code's
        boolean entered = loop.enter(caller);
        try {
            while (loop.doWork()) {} // a stop that was asked for comes first
            JobScope.wasInterrupted();
            request.run();
            boolean came = false;
            while (loop.doWork()) {
                if (JobScope.wasInterrupted()) {
                    came = true;
                    ticks.askNoMore();
                }
            }
            if (came && !rolledBack) {
                interrupted = true;
                if (!loop.ended().isDone()) {
                    program.audience().log().interrupted();
                }
            }
        } finally {
            if (entered) {
                loop.leave(caller);
            }
            program.audience().listeners().awaitHeard();
            if (interrupted) {
                caller.interrupt();
            }
        }
    }

    @Override
    public DriverLoop loop() {
        return loop;
    }

    @Override
    public boolean isOverWithin(long nanos) throws InterruptedException {
        if (!stepping.tryLock(nanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            drive(() -> {});
        } finally {
            stepping.unlock();
        }
        return true;
    }

    /** The loop is inside a batch, so it cannot look at its deadline. */
    @Override
    public void timeIsUp() {
        rolledBack = true;
        loop.rollBack();
        program.audience().listeners().hurry();
    }

    @Override
    public boolean mayBeAbandoned() {
        return true;
    }
}
