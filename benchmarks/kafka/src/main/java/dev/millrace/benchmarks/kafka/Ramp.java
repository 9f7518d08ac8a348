/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import java.util.Locale;

/**
 * Finds the load that a side holds beside all that measures it: the rate grows by steps, each with a program of its own, until results fall
 * behind.
 */
final class Ramp {
    private static final double MOST_MILLIS = 1000; // of the 99th percentile: ten commit intervals of Kafka Streams

    private final double step;

    /** @param step records a second */
    Ramp(double step) {
        this.step = step;
    }

    /** A run at a rate. */
    interface Load {
        Latency.Seen at(double perSecond) throws Exception;
    }

    /**
     * Returns the last rate that was held, and prints them all.
     *
     * @throws IllegalStateException if that is not even the first
     */
    double held(String name, Load load) throws Exception {
        System.out.print("\n| " + name + ", records/s | p50 ms | p99 ms | not in time | |\n|---|---|---|---|---|\n");
        double rate = step;
        while (isHeld(rate, load.at(rate))) {
            rate += step;
        }
        if (rate == step) {
            throw new IllegalStateException(
                    String.format(Locale.ROOT, "it does not hold %,.0f records/s; begin with a smaller ramp=", step));
        }
        return rate - step;
    }

    private static boolean isHeld(double rate, Latency.Seen seen) {
        double p99 = seen.millis().at(0.99);
        boolean held = seen.missing() == 0 && p99 <= MOST_MILLIS;
        System.out.printf(
                Locale.ROOT,
                "| %,.0f | %.1f | %.1f | %,d | %s |%n",
                rate,
                seen.millis().median(),
                p99,
                seen.missing(),
                held ? "held" : "not held");
        return held;
    }
}
