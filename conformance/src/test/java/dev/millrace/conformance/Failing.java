/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Failures on order, in static fields because functions are copied on their way to tasks. */
final class Failing {
    private static final AtomicInteger FAILURES = new AtomicInteger();

    private static final Semaphore STUCK = new Semaphore(0);
    private static final Semaphore NEVER = new Semaphore(0);

    private Failing() {}

    /** Does not return until its thread is interrupted. */
    static int stuck(int record) throws InterruptedException {
        STUCK.release();
        NEVER.acquire();
        return record;
    }

    static void awaitStuck() throws InterruptedException {
        STUCK.acquire();
    }

    static void reset() {
        FAILURES.set(0);
        STUCK.drainPermits();
    }

    /** Fails while the condition holds and fewer failures than that were seen since the reset. */
    static void until(boolean condition, int failures) {
        if (condition && FAILURES.getAndIncrement() < failures) {
            throw new IllegalArgumentException("failed on order");
        }
    }

    /** The file and line before the caller's. */
    static String lineAbove() {
        StackTraceElement caller = new Throwable().getStackTrace()[1];
        return caller.getFileName() + ":" + (caller.getLineNumber() - 1);
    }
}
