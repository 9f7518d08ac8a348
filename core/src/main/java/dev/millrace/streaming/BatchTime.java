/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import java.io.Serializable;
import java.time.Duration;

/** The end of a batch's interval, in milliseconds since the epoch (or since 0 in virtual time). */
public record BatchTime(long milliseconds) implements Comparable<BatchTime>, Serializable {

    public static BatchTime of(long milliseconds) {
        return new BatchTime(milliseconds);
    }

    public BatchTime plus(Duration duration) {
        return new BatchTime(Math.addExact(milliseconds, duration.toMillis()));
    }

    public BatchTime minus(Duration duration) {
        return new BatchTime(Math.subtractExact(milliseconds, duration.toMillis()));
    }

    public Duration minus(BatchTime other) {
        return Duration.ofMillis(milliseconds - other.milliseconds);
    }

    public boolean isAfter(BatchTime other) {
        return milliseconds > other.milliseconds;
    }

    @Override
    public int compareTo(BatchTime other) {
        return Long.compare(milliseconds, other.milliseconds);
    }

    @Override
    public String toString() {
        return milliseconds + " ms";
    }
}
