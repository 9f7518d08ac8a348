/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTimeTest {
    private static final Duration STEP = Durations.milliseconds(300);

    private static BatchTime at(long milliseconds) {
        return BatchTime.of(milliseconds);
    }

    @Test
    void shouldCompare() {
        BatchTime early = at(1);
        BatchTime late = at(2);
        assertThat(List.of(early.less(late), early.less(early), late.less(early)))
                .containsExactly(true, false, false);
        assertThat(List.of(early.lessEq(late), early.lessEq(early), late.lessEq(early)))
                .containsExactly(true, true, false);
        assertThat(List.of(early.greater(late), early.greater(early), late.greater(early)))
                .containsExactly(false, false, true);
        assertThat(List.of(early.greaterEq(late), early.greaterEq(early), late.greaterEq(early)))
                .containsExactly(false, true, true);
        assertThat(early.min(late)).isEqualTo(late.min(early)).isEqualTo(early);
        assertThat(early.max(late)).isEqualTo(late.max(early)).isEqualTo(late);
    }

    @Test
    void shouldRoundDownToAStep() {
        assertThat(at(1000).floor(STEP)).isEqualTo(at(900));
        assertThat(at(900).floor(STEP)).isEqualTo(at(900));
        assertThat(at(-1).floor(STEP)).isEqualTo(at(-300));
        assertThat(at(1000).floor(STEP, at(50))).isEqualTo(at(950));
        assertThat(at(900).isMultipleOf(STEP)).isTrue();
        assertThat(at(901).isMultipleOf(STEP)).isFalse();
    }

    @Test
    void shouldGiveTheTimesBetween() {
        assertThat(at(100).to(at(700), STEP)).containsExactly(at(100), at(400), at(700));
        assertThat(at(100).until(at(700), STEP)).containsExactly(at(100), at(400));
        assertThat(at(100).to(at(99), STEP)).isEmpty();
        assertThat(at(100).until(at(100), STEP)).isEmpty();
    }

    @Test
    void shouldRefuseAStepThatDoesNotGoOn() {
        assertThatThrownBy(() -> at(1).floor(Duration.ofNanos(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a step of 0 ms between times; it must be at least 1 ms");
        assertThatThrownBy(() -> at(1).to(at(2), STEP.negated()))
                .hasMessage("a step of -300 ms between times; it must be at least 1 ms");
    }

    @Test
    void shouldCompareAndDivideDurations() {
        Duration second = Durations.seconds(1);
        assertThat(Durations.min(STEP, second))
                .isEqualTo(Durations.min(second, STEP))
                .isEqualTo(STEP);
        assertThat(Durations.max(STEP, second))
                .isEqualTo(Durations.max(second, STEP))
                .isEqualTo(second);
        assertThat(Durations.isMultipleOf(second, STEP)).isFalse();
        assertThat(Durations.isMultipleOf(Durations.milliseconds(900), STEP)).isTrue();
        assertThat(Durations.div(second, Durations.milliseconds(400))).isEqualTo(2.5);
        assertThatThrownBy(() -> Durations.div(second, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a unit of 0 ms; it must be at least 1 ms, such as Durations.seconds(1)");
    }
}
