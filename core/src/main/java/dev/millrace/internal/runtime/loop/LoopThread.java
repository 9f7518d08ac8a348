/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.internal.threads.Threads;

/** Real time: a thread of its own steps the loop, and waits in between until something is due. */
public final class LoopThread implements RunningProgram, Threads.Steps {
    private final DriverLoop loop;
    private final Threads threads;
    private boolean begun;

    public LoopThread(DriverLoop loop, Threads threads) {
        this.loop = loop;
        this.threads = threads;
    }

    public void start() {
        threads.drive(this, work -> loop.ownThread("millrace-driver", work));
    }

    /** Data comes in from the first step on, so that a failure of that ends the run like any other. */
    @Override
    public boolean doWork() {
        if (begun) {
            return loop.doWork();
        }
        begun = true;
        loop.receive();
        loop.runAgain();
        return true;
    }

    @Override
    public void awaitWork() {
        if (begun) {
            loop.awaitWork();
        }
    }

    @Override
    public boolean isOver() {
        return loop.isOver();
    }

    @Override
    public DriverLoop loop() {
        return loop;
    }

    @Override
    public boolean isOverWithin(long nanos) throws InterruptedException {
        return threads.await(loop.ended(), nanos);
    }

    /** The loop looks at its deadline itself. */
    @Override
    public void timeIsUp() {}

    @Override
    public boolean mayBeAbandoned() {
        return threads.isRealTime();
    }
}
