/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.internal.logging.HandlersAtExit;
import dev.millrace.streaming.StopResult;
import java.util.concurrent.ExecutionException;

/** Waits for a run that was asked to stop, and leaves it behind when it does not end. An interrupt of the waiting thread is kept. */
public final class StopWait {
    private final RunningProgram run;
    private boolean interrupted;

    private StopWait(RunningProgram run) {
        this.run = run;
    }

    /** The refusal of a call on a thread that it would wait for. */
    public static IllegalStateException forItself(String call) {
        return new IllegalStateException(call + " was called on a thread that it would wait for; call it from another"
                + " thread than those of outputs, tasks, transform functions and listeners");
    }

    /** @throws ExecutionException if the run has failed */
    public static StopResult stop(RunningProgram run, StopTime time) throws ExecutionException {
        return new StopWait(run).stop(time);
    }

    private StopResult stop(StopTime time) throws ExecutionException {
        HandlersAtExit.putBack(); // the process may be ending: then a hook stops the run, ours or that of a framework
        run.loop().requestStop(time.untilDeadline());
        try {
            if (run.mayBeAbandoned() && !isOverBy(time)) {
                run.loop().abandon();
            }
            return result();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The clock of the context may be another than the system's. */
    private boolean isOverBy(StopTime time) {
        boolean over = isOverWithin(0); // whatever the deadline is
        while (!over && !time.isLate()) {
            over = isOverWithin(time.nanosLeft());
        }
        if (!over) {
            run.timeIsUp();
        }
        for (long left = time.nanosLeft(); !over && left > 0; left = time.nanosLeft()) {
            over = isOverWithin(left);
        }
        return over;
    }

    private boolean isOverWithin(long nanos) {
        try {
            return run.isOverWithin(nanos);
        } catch (InterruptedException e) {
            interrupted = true;
            return false;
        }
    }

    private StopResult result() throws ExecutionException {
        while (true) {
            try {
                return run.loop().ended().get();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
