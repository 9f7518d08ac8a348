/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AskingTimesTest {
    private static final long MS = 1_000_000;

    private final AskingTimes times = new AskingTimes(Duration.ofMillis(100));

    @Test
    void shouldAskNowAndThenUntilABatchIsPlanned() {
        assertThat(times.untilNext(0)).isEqualTo(25 * MS);
    }

    @Test
    void shouldHaveTheAnswerJustBeforeABatchIsPlanned() {
        times.planned(1000 * MS);
        times.answered(998 * MS, 1000 * MS);

        assertThat(times.untilNext(1000 * MS)).isEqualTo(90 * MS); // 1 ms, two answers of 2 ms, and 5 ms before
        assertThat(times.untilNext(1060 * MS)).isEqualTo(30 * MS);

        times.answered(1090 * MS, 1092 * MS);
        assertThat(times.untilNext(1092 * MS)).isPositive();
        times.planned(1100 * MS);
        assertThat(times.untilNext(1117 * MS))
                .isEqualTo(73 * MS); // it had its answer, and the next one is asked for then
    }

    @Test
    void shouldAskAgainForABatchThatIsLate() {
        times.planned(1000 * MS);
        times.answered(1090 * MS, 1092 * MS);
        assertThat(times.untilNext(1092 * MS)).isEqualTo(25 * MS);

        times.answered(1117 * MS, 1119 * MS);
        assertThat(times.untilNext(1119 * MS)).isEqualTo(27 * MS); // less and less often, as long as it is late already

        times.answered(1146 * MS, 1148 * MS);
        assertThat(times.untilNext(1148 * MS)).isEqualTo(56 * MS);

        times.answered(1604 * MS, 1606 * MS);
        assertThat(times.untilNext(1606 * MS)).isEqualTo(100 * MS); // and at least once in an interval

        times.planned(1650 * MS);
        assertThat(times.untilNext(1706 * MS)).isEqualTo(34 * MS);
    }

    @Test
    void shouldAskEarlierWhenAnswersTakeLonger() {
        times.planned(0);
        times.answered(-2 * MS, 0);
        times.answered(-18 * MS, 0); // 4 ms in the mean

        assertThat(times.untilNext(0)).isEqualTo(86 * MS);
        times.answered(-10_000 * MS, 0);
        assertThat(times.untilNext(0)).isEqualTo(50 * MS); // no earlier than half an interval
    }

    @Test
    void shouldAskEachSecondWhenBatchesAreRare() {
        AskingTimes rare = new AskingTimes(Duration.ofMinutes(1));
        assertThat(rare.untilNext(0)).isEqualTo(1000 * MS);
        rare.planned(0);
        rare.answered(-MS, 0);
        assertThat(rare.untilNext(0)).isEqualTo(1000 * MS);
    }
}
