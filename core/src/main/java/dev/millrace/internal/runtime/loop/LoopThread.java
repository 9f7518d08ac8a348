/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.internal.runtime.Threads;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Real time: a thread of its own steps the loop, and waits in between until something is due. */
public final class LoopThread implements RunningProgram {
    private final DriverLoop loop;
    private final Threads threads;

    public LoopThread(DriverLoop loop, Threads threads) {
        this.loop = loop;
        this.threads = threads;
    }

    public void start() {
        ExecutorService thread = threads.pool(1, work -> loop.own("millrace-driver", work));
        thread.execute(this::run);
        thread.shutdown(); // when that is done
    }

    private void run() {
        loop.receive(); // here, so that a failure ends the run like any other
        loop.runAgain();
        while (!loop.isOver()) {
            loop.awaitWork();
            loop.doWork();
        }
    }

    @Override
    public DriverLoop loop() {
        return loop;
    }

    @Override
    public boolean isOverWithin(long nanos) throws InterruptedException {
        try {
            loop.ended().get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }

    /** The loop looks at its deadline itself. */
    @Override
    public void timeIsUp() {}

    @Override
    public boolean mayBeAbandoned() {
        return threads.isRealTime();
    }
}
