/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.operators.UserCode;
import java.time.Duration;

/**
 * Says whether and when a task that failed is tried again.
 *
 * @param maxAttempts how often a task is tried in all
 * @param first how long it waits after its first failure; twice as long after each further one
 * @param most how long it waits at most
 */
public record RetryPolicy(int maxAttempts, Duration first, Duration most) {

    /** Returns whether another attempt may end better. */
    boolean allows(int failures, Throwable error) {
        return failures < maxAttempts && !UserCode.endsTheSame(error);
    }

    /** Returns whether a task waits before it is tried again. */
    boolean waits() {
        return !most.isZero();
    }

    /** Returns how long to wait; up to a quarter longer, so that tasks that failed together do not come back together. */
    Duration delay(int partition, int failures) {
        long nanos = first.toNanos();
        for (int i = 1; i < failures && nanos < most.toNanos(); i++) {
            nanos *= 2;
        }
        nanos = Math.min(nanos, most.toNanos());
        int spread = (partition * 0x9E3779B9 + failures * 0x85EBCA6B) >>> 24; // 0 to 255, the same on every run
        return Duration.ofNanos(nanos + nanos / 1024 * spread);
    }
}
