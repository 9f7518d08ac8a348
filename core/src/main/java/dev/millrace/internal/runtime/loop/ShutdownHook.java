/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.spi.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/** Stops a run gracefully when its process is told to end. The process does not wait for long beyond the deadline. */
public final class ShutdownHook {
    private ShutdownHook() {}

    /**
     * @param grace how long it waits beyond the deadline for user code that does not end
     * @param whenOver runs then, if no code of the program is left behind: the process does not wait for the thread that closes the context
     */
    public static void install(
            RunningProgram run,
            Duration deadline,
            Duration grace,
            Clock clock,
            ExecutionEngine engine,
            Runnable whenOver) {
        Runnable takeBack;
        try {
            takeBack = engine.atShutdown(() -> {
                if (stop(run, deadline, grace, clock)) {
                    whenOver.run();
                }
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

    /** Returns whether no thread is known that may still run code of the program. */
    private static boolean stop(RunningProgram run, Duration deadline, Duration grace, Clock clock) {
        boolean isStuck = run.loop().isExiting(); // that thread waits for this hook, so the hook must not wait for it
        try {
            StopWait.stop(
                    run, new StopTime(isStuck ? Duration.ZERO : deadline, isStuck ? Duration.ZERO : grace, clock));
        } catch (ExecutionException e) {
            // the run has told of its failure
        }
        return !isStuck && !run.loop().isAbandoned();
    }
}
