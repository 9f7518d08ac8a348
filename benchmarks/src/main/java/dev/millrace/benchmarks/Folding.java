/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import java.util.concurrent.locks.LockSupport;

/** Tells whether snapshots are being folded in this process. */
final class Folding {
    private static final long LOOK_NANOS = 2_000_000;

    private Folding() {}

    static boolean isUnderWay() {
        return Thread.getAllStackTraces().entrySet().stream()
                .anyMatch(thread -> thread.getKey().getName().equals("millrace-checkpoint")
                        && java.util.Arrays.stream(thread.getValue())
                                .anyMatch(frame -> frame.getClassName().startsWith("dev.millrace")));
    }

    static void await() {
        while (isUnderWay()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
