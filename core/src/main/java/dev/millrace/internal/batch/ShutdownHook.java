/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.spi.ExecutionEngine;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Stops a run gracefully when its process is told to end. The process does not wait for long beyond the deadline. */
final class ShutdownHook {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private ShutdownHook() {}

    static void install(Run run, Duration deadline, ExecutionEngine engine) {
        Runnable takeBack;
        try {
            takeBack = engine.atShutdown(() -> stop(run, deadline));
        } catch (IllegalStateException e) {
            return; // the process is ending already
        }
        run.ended().whenComplete((result, failure) -> {
            try {
                takeBack.run();
            } catch (IllegalStateException e) {
                // it is the hook that has ended the run
            }
        });
    }

    private static void stop(Run run, Duration deadline) {
        run.requestStop(deadline);
        try {
            run.ended().get(deadline.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            System.getLogger("dev.millrace.streaming")
                    .log(System.Logger.Level.WARNING, "the context could not stop before its process ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
