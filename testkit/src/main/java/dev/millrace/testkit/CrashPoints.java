/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.errors.Causes;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Crashes inside the process: the thread that comes to the armed point throws {@link SimulatedCrash}, and from then on so
 * does every thread that comes to any point, because a dead process does nothing more. Files are then as {@code kill -9}
 * would leave them; what was written but not synced is there. Process-wide.
 */
final class CrashPoints {
    private static volatile @Nullable String crashed;

    private CrashPoints() {}

    static void arm(CrashSite site) {
        crashed = null;
        AtomicInteger left = new AtomicInteger(site.occurrence());
        CrashPoint.observe(point -> {
            if (crashed != null) {
                throw crash(crashed);
            }
            if (point.name().equals(site.point()) && left.decrementAndGet() == 0) {
                crashed = site.toString();
                throw crash(crashed);
            }
        });
    }

    /** From here on every point is the end. */
    static void die() {
        crashed = "any point";
        CrashPoint.observe(point -> {
            throw crash("any point");
        });
    }

    static void disarm() {
        crashed = null;
        CrashPoint.observe(point -> {});
    }

    /** Returns whether the armed point was reached, perhaps by a background thread. */
    static boolean hasCrashed() {
        return crashed != null;
    }

    private static SimulatedCrash crash(@Nullable String where) {
        if (Thread.currentThread().getName().equals("millrace-checkpoint")) {
            // nobody waits for this thread's result: it ends, as in a dead process, without printing a stack trace
            Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> {});
        }
        return new SimulatedCrash(String.valueOf(where));
    }

    /** Runs {@code work}; a crash that comes wrapped in the failure of its batch is thrown itself. */
    static void unwrapped(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            for (Throwable cause : Causes.of(e)) {
                if (cause instanceof SimulatedCrash crash) {
                    throw crash;
                }
            }
            throw e;
        }
    }
}
