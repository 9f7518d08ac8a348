/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.logging.HandlersAtExit;
import dev.millrace.spi.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/** Stops a run gracefully when its process is told to end. The process does not wait for long beyond the deadline. */
public final class ShutdownHook {
    private ShutdownHook() {}

    /** @param grace how long it waits beyond the deadline for user code that does not end */
    public static void install(
            RunningProgram run, Duration deadline, Duration grace, Clock clock, ExecutionEngine engine) {
        Runnable takeBack;
        HandlersAtExit handlers = HandlersAtExit.ofNow();
        try {
            takeBack = engine.atShutdown(() -> {
                handlers.putBack();
                stop(run, deadline, grace, clock);
            });
        } catch (IllegalStateException e) {
            return; // the process is ending already
        }
        run.loop().ended().whenComplete((result, failure) -> {
            try {
                takeBack.run();
            } catch (IllegalStateException e) {
                // it is the hook that has ended the run
            }
        });
    }

    private static void stop(RunningProgram run, Duration deadline, Duration grace, Clock clock) {
        boolean isStuck = run.loop().isExiting(); // it waits for this hook, so to wait for it helps nobody
        try {
            StopWait.stop(
                    run, new StopTime(isStuck ? Duration.ZERO : deadline, isStuck ? Duration.ZERO : grace, clock));
        } catch (ExecutionException e) {
            // the run has told of its failure
        }
    }
}
