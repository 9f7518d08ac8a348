/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AskingTimesTest {
    private static final long MS = 1_000_000;

    private final AskingTimes times = new AskingTimes(Duration.ofMillis(100));

    @Test
    void shouldAskOftenUntilABatchIsPlanned() {
        assertThat(times.untilNext(0)).isEqualTo(5 * MS);
    }

    @Test
    void shouldHaveTheAnswerJustBeforeABatchIsPlanned() {
        times.planned(1000 * MS);
        times.answered(2 * MS);

        assertThat(times.untilNext(1000 * MS)).isEqualTo(90 * MS); // 1 ms, two answers of 2 ms, and 5 ms before
        assertThat(times.untilNext(1060 * MS)).isEqualTo(30 * MS);
        assertThat(times.untilNext(1092 * MS)).isEqualTo(98 * MS); // this batch has its answer
        assertThat(times.untilNext(1250 * MS)).isEqualTo(40 * MS); // also when none was planned for a while
    }

    @Test
    void shouldAskEarlierWhenAnswersTakeLonger() {
        times.planned(0);
        times.answered(2 * MS);
        times.answered(18 * MS); // 4 ms in the mean

        assertThat(times.untilNext(0)).isEqualTo(86 * MS);
        times.answered(10_000 * MS);
        assertThat(times.untilNext(0)).isEqualTo(50 * MS); // no earlier than half an interval
    }

    @Test
    void shouldAskEachSecondWhenBatchesAreRare() {
        AskingTimes rare = new AskingTimes(Duration.ofMinutes(1));
        assertThat(rare.untilNext(0)).isEqualTo(1000 * MS);
        rare.planned(0);
        rare.answered(MS);
        assertThat(rare.untilNext(0)).isEqualTo(1000 * MS);
    }
}
