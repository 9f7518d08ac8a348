/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import java.util.OptionalDouble;

/**
 * Estimates the rate at which batches can be processed: a controller whose error is the difference between the rate and
 * the speed of the last batch, and whose accumulated error is the backlog, read from the scheduling delay.
 *
 * <p>With rate r, n records processed in p seconds after s seconds of waiting, and a batch each B seconds: speed v = n / p,
 * error e = r - v, backlog h = s * v / B, slope d = (e - e') / (t - t'); the new rate is r - Kp e - Ki h - Kd d, at least
 * the least. The first batch only sets r = v. See Astrom and Murray, Feedback Systems, chapter 10. Not thread safe.
 */
public final class PidRateEstimator {
    private final double batchSeconds;
    private final double proportional;
    private final double integral;
    private final double derived;
    private final double minRate;
    private double rate = Double.NaN;
    private double lastError;
    private double lastSeconds;

    public PidRateEstimator(double batchSeconds, double proportional, double integral, double derived, double minRate) {
        this.batchSeconds = batchSeconds;
        this.proportional = proportional;
        this.integral = integral;
        this.derived = derived;
        this.minRate = minRate;
    }

    /**
     * The new rate in records a second; empty if the batch says nothing.
     *
     * @param atSeconds when the batch was complete, on any clock
     * @param records how many records it had
     * @param processingSeconds how long it ran
     * @param schedulingSeconds how long it had waited
     */
    public OptionalDouble update(double atSeconds, long records, double processingSeconds, double schedulingSeconds) {
        if (records <= 0 || processingSeconds <= 0 || (!Double.isNaN(rate) && atSeconds <= lastSeconds)) {
            return OptionalDouble.empty();
        }
        double speed = records / processingSeconds;
        if (Double.isNaN(rate)) {
            rate = Math.max(minRate, speed);
            lastError = 0;
        } else {
            double error = rate - speed;
            double backlog = schedulingSeconds * speed / batchSeconds;
            double slope = (error - lastError) / (atSeconds - lastSeconds);
            rate = Math.max(minRate, rate - proportional * error - integral * backlog - derived * slope);
            lastError = error;
        }
        lastSeconds = atSeconds;
        return OptionalDouble.of(rate);
    }
}
