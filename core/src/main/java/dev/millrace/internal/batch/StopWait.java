/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.spi.Clock;
import dev.millrace.streaming.StopResult;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for a run that was asked to stop, and leaves it behind when it does not end. The deadline goes by the clock of the
 * context; the grace is real time, in which user code may react to its interrupt. An interrupt of the waiting thread is
 * kept for later.
 */
final class StopWait {
    private static final Duration LONGEST = Duration.ofDays(365);

    private final Run run;
    private final Clock clock;
    private final Duration grace;
    private boolean interrupted;

    private StopWait(Run run, Clock clock, Duration grace) {
        this.run = run;
        this.clock = clock;
        this.grace = grace;
    }

    /** The refusal of a stop on a thread that it would wait for. */
    static IllegalStateException forItself() {
        return new IllegalStateException("stop() was called on a thread that it would wait for; call it from another"
                + " thread than those of outputs, tasks, transform functions and listeners");
    }

    /** @throws ExecutionException if the run has failed */
    static StopResult stop(Run run, Duration deadline, Duration grace, Clock clock) throws ExecutionException {
        return new StopWait(run, clock, grace).stop(bounded(deadline));
    }

    /** A time that can be counted in nanoseconds. */
    static Duration bounded(Duration time) {
        return time.compareTo(LONGEST) < 0 ? time : LONGEST;
    }

    private StopResult stop(Duration deadline) throws ExecutionException {
        long until = clock.nanos() + deadline.toNanos();
        run.requestStop(deadline);
        try {
            if (run.mayBeAbandoned() && !isDoneBy(until) && !isDone(grace.toNanos())) {
                run.abandon();
            }
            return result();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The clock may be another than the system's. */
    private boolean isDoneBy(long until) {
        for (long left = until - clock.nanos(); left > 0; left = until - clock.nanos()) {
            if (isDone(left)) {
                return true;
            }
        }
        return false;
    }

    /** Waits so long at most. */
    private boolean isDone(long nanos) {
        long until = System.nanoTime() + nanos;
        while (true) {
            try {
                run.ended().get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException e) {
                return true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private StopResult result() throws ExecutionException {
        while (true) {
            try {
                return run.ended().get();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
