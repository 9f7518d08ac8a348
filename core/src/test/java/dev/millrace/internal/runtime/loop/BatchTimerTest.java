/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.spi.Clock;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTimerTest {
    /** Two clocks that move only when told. */
    private static final class TwoClocks implements Clock {
        private long wall = 1_000_500;
        private long nanos = 77;

        void pass(long milliseconds) {
            wall += milliseconds;
            nanos += milliseconds * 1_000_000;
        }

        @Override
        public long wallMillis() {
            return wall;
        }

        @Override
        public long nanos() {
            return nanos;
        }
    }

    private final TwoClocks clock = new TwoClocks();

    private List<Long> due(BatchTimer timer) {
        List<Long> times = new ArrayList<>();
        while (timer.nanosUntilNext() <= 0) {
            times.add(timer.tick().milliseconds());
        }
        return times;
    }

    @Test
    void shouldTickAtWholeIntervals() {
        BatchTimer timer = new BatchTimer(clock, 1000, BatchTimer.floor(clock, 1000));
        assertThat(timer.nanosUntilNext()).isEqualTo(500_000_000);
        clock.pass(500);
        assertThat(due(timer)).containsExactly(1_001_000L);
        clock.pass(1000);
        assertThat(due(timer)).containsExactly(1_002_000L);
    }

    @Test
    void shouldNotHeedTheWallClockAfterTheStart() {
        BatchTimer timer = new BatchTimer(clock, 1000, BatchTimer.floor(clock, 1000));
        clock.pass(500);
        clock.wall -= 3_600_000;
        assertThat(due(timer)).containsExactly(1_001_000L);
        clock.wall += 7_200_000;
        clock.pass(1000);
        assertThat(due(timer)).containsExactly(1_002_000L);
    }

    @Test
    void shouldMakeUpForAShortPauseAndSkipMostOfALongOne() {
        BatchTimer timer = new BatchTimer(clock, 1000, BatchTimer.floor(clock, 1000));
        clock.pass(3500);
        assertThat(due(timer)).containsExactly(1_001_000L, 1_002_000L, 1_003_000L, 1_004_000L);
        clock.pass(3_600_000);
        List<Long> afterAnHour = due(timer);
        assertThat(afterAnHour).hasSize(101).contains(1_004_000L + 3_600_000);
    }

    @Test
    void shouldGoOnAtOnceWhenTheGridIsAheadOfTheClock() {
        BatchTimer timer = new BatchTimer(clock, 1000, new BatchTime(9_000_000));
        assertThat(timer.nanosUntilNext()).isEqualTo(1_000_000_000);
        clock.pass(1000);
        assertThat(due(timer)).containsExactly(9_001_000L);
    }

    @Test
    void shouldPlanFurtherAheadTheLongerTheIntervalIs() {
        assertThat(mostUnderWay(10)).isEqualTo(1);
        assertThat(mostUnderWay(99)).isEqualTo(1);
        assertThat(mostUnderWay(100)).isEqualTo(2);
        assertThat(mostUnderWay(1000)).isEqualTo(20);
        assertThat(mostUnderWay(60_000)).isEqualTo(100);
    }

    private int mostUnderWay(long interval) {
        return new BatchTimer(clock, interval, new BatchTime(0)).mostUnderWay();
    }
}
