/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.spi.Clock;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.InputInfo;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchSummaryTest {
    private long now = 7;
    private final Clock clock = new Clock() {
        @Override
        public long wallMillis() {
            return 0;
        }

        @Override
        public long nanos() {
            return now;
        }
    };

    private static BatchInfo batch(long time, long records, long processingMillis) {
        return new BatchInfo(
                new BatchTime(time),
                List.of(new InputInfo(0, "lines", records, "")),
                List.of(),
                -1,
                -1,
                -1,
                Duration.ofMillis(3),
                Duration.ofMillis(processingMillis),
                "");
    }

    @Test
    void shouldSumUpWhatCameSinceTheLastLine() {
        BatchSummary summary = new BatchSummary(clock, Duration.ofMinutes(1));
        assertThat(summary.submitted()).isNull();
        assertThat(summary.completed(batch(1000, 300, 10))).isNull();
        assertThat(summary.submitted()).isNull();
        assertThat(summary.submitted()).isNull();
        now += Duration.ofMinutes(1).toNanos();
        assertThat(summary.completed(batch(2000, 0, 50)))
                .isEqualTo(
                        "2 batches in 60 s with 300 records (5.0/s), 1 without any; processing takes 30 ms on average"
                                + " and 50 ms at most, scheduling delay 3 ms; 1 batch waits or runs; last batch 2000 ms"
                                + " (1970-01-01T00:00:02Z)");
        now += Duration.ofMinutes(2).toNanos();
        assertThat(summary.submitted())
                .as("while one batch takes very long")
                .isEqualTo("0 batches in 120 s with 0 records (0.0/s); 2 batches wait or run; last batch 2000 ms"
                        + " (1970-01-01T00:00:02Z)");
        assertThat(summary.all())
                .isEqualTo("after 180 s, 2 batches and 300 records; last batch 2000 ms (1970-01-01T00:00:02Z)");
    }

    @Test
    void shouldSayNothingWhenNothingIsWanted() {
        BatchSummary summary = new BatchSummary(clock, Duration.ZERO);
        now += Duration.ofDays(1).toNanos();
        assertThat(summary.completed(batch(1000, 3, 10))).isNull();
    }
}
