/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.streaming.StopResult;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for a run that was asked to stop, and leaves it behind when it does not end. An interrupt of the waiting thread is kept. */
final class StopWait {
    private final Run run;
    private boolean interrupted;

    private StopWait(Run run) {
        this.run = run;
    }

    /** The refusal of a stop on a thread that it would wait for. */
    static IllegalStateException forItself() {
        return new IllegalStateException("stop() was called on a thread that it would wait for; call it from another"
                + " thread than those of outputs, tasks, transform functions and listeners");
    }

    /** @throws ExecutionException if the run has failed */
    static StopResult stop(Run run, StopTime time) throws ExecutionException {
        return new StopWait(run).stop(time);
    }

    private StopResult stop(StopTime time) throws ExecutionException {
        run.requestStop(time.untilDeadline());
        try {
            if (run.mayBeAbandoned() && !isDoneWithin(time)) {
                run.abandon();
            }
            return result();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean isDoneWithin(StopTime time) {
        for (long left = time.nanosLeft(); left > 0; left = time.nanosLeft()) {
            try {
                run.ended().get(left, TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                // the clock of the context may be another than the system's
            } catch (ExecutionException e) {
                return true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return run.ended().isDone();
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
