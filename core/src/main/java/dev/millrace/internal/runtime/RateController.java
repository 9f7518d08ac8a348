/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.receive.PidRateEstimator;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.InputInfo;
import java.time.Duration;

/** Sets the rate of one input after each batch. Batch thread. */
public final class RateController {
    private final InputNode<?> input;
    private final Clock clock;
    private final PidRateEstimator estimator;

    public RateController(InputNode<?> input, Settings settings, Clock clock) {
        this.input = input;
        this.clock = clock;
        estimator = new PidRateEstimator(
                seconds(input.slide()),
                settings.get(Options.PID_PROPORTIONAL),
                settings.get(Options.PID_INTEGRAL),
                settings.get(Options.PID_DERIVED),
                settings.get(Options.PID_MIN_RATE));
    }

    /** Hears of each batch that is complete, in order. */
    void completed(BatchInfo batch) {
        for (InputInfo info : batch.inputs()) {
            if (info.name().equals(input.name())) {
                estimator
                        .update(
                                clock.nanos() / 1e9,
                                info.numRecords(),
                                seconds(batch.processingDelay()),
                                seconds(batch.schedulingDelay()))
                        .ifPresent(input.active()::setRate);
            }
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
