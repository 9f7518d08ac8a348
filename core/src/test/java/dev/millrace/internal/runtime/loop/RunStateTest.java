/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import static dev.millrace.internal.runtime.loop.RunState.ABANDONED;
import static dev.millrace.internal.runtime.loop.RunState.CLOSING;
import static dev.millrace.internal.runtime.loop.RunState.CREATED;
import static dev.millrace.internal.runtime.loop.RunState.DRAINING;
import static dev.millrace.internal.runtime.loop.RunState.FAILED;
import static dev.millrace.internal.runtime.loop.RunState.FINISHING;
import static dev.millrace.internal.runtime.loop.RunState.OPEN;
import static dev.millrace.internal.runtime.loop.RunState.OPENING;
import static dev.millrace.internal.runtime.loop.RunState.RECEIVING;
import static dev.millrace.internal.runtime.loop.RunState.ROLLING_BACK;
import static dev.millrace.internal.runtime.loop.RunState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.streaming.StopResult;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunStateTest {
    /** As it is drawn. */
    private static final Map<RunState, List<RunState>> MOVES = Map.ofEntries(
            Map.entry(CREATED, List.of(OPENING, STOPPED)),
            Map.entry(OPENING, List.of(CREATED, OPEN, ABANDONED, STOPPED)),
            Map.entry(OPEN, List.of(RECEIVING, FINISHING, FAILED, ROLLING_BACK, ABANDONED)),
            Map.entry(RECEIVING, List.of(DRAINING, FINISHING, FAILED, ROLLING_BACK, ABANDONED)),
            Map.entry(DRAINING, List.of(FINISHING, FAILED, ROLLING_BACK, ABANDONED)),
            Map.entry(FINISHING, List.of(FAILED, ROLLING_BACK, CLOSING, ABANDONED)),
            Map.entry(FAILED, List.of(ROLLING_BACK, CLOSING, ABANDONED)),
            Map.entry(ROLLING_BACK, List.of(CLOSING, ABANDONED)),
            Map.entry(CLOSING, List.of(ABANDONED, STOPPED)),
            Map.entry(ABANDONED, List.of(STOPPED)),
            Map.entry(STOPPED, List.of()));

    @Test
    void shouldHaveTheMovesThatAreDrawnAndNoOther() {
        for (RunState state : RunState.values()) {
            assertThat(Arrays.stream(RunState.values()).filter(state::mayBecome))
                    .as("%s", state)
                    .containsExactlyInAnyOrderElementsOf(MOVES.get(state));
        }
    }

    @Test
    void shouldRefuseAMoveThatIsNotDrawn() {
        Lifecycle life = Lifecycle.opened();
        assertThatThrownBy(() -> life.move(OPEN, CLOSING))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a context that is OPEN cannot become CLOSING");
        assertThat(life.state()).isEqualTo(OPEN);
    }

    @Test
    void shouldKeepTheFirstFailure() {
        Lifecycle life = Lifecycle.opened();
        RuntimeException first = new RuntimeException("first");
        assertThat(life.failed(first)).isTrue();
        assertThat(life.failed(new RuntimeException("second"))).isTrue();
        assertThat(life.failure()).isSameAs(first);
        assertThat(life.state()).isEqualTo(FAILED);
    }

    /** Code that was left behind ends after the run has, and changes nothing that was told of it. */
    @Test
    void shouldNotHeedWhoWasLeftBehind() {
        Lifecycle life = Lifecycle.opened();
        life.begun();
        assertThat(life.abandon()).isEqualTo(OPEN);
        assertThat(life.abandon()).isNull();
        assertThat(life.rollBack()).isFalse();
        assertThat(life.failed(new RuntimeException("late"))).isFalse();
        life.close();
        assertThat(life.state()).isEqualTo(ABANDONED);
        assertThat(life.result(false)).isEqualTo(StopResult.ROLLED_BACK);
        assertThat(life.result(true)).isEqualTo(StopResult.DECIDED);
        assertThat(life.end()).isFalse();
        assertThat(life.failure()).isNull();
        assertThat(life.state()).isEqualTo(STOPPED);
    }

    @Test
    void shouldNotRollBackWhatIsBeingClosed() {
        Lifecycle life = Lifecycle.opened();
        life.move(OPEN, FINISHING);
        life.close();
        assertThat(life.rollBack()).isFalse();
        assertThat(life.end()).isTrue();
        assertThat(life.abandon()).isNull();
    }

    /** A stop came just after a batch had failed on its own thread, and took itself for a mistake. */
    @Test
    void shouldNotMoveWhenAnotherThreadWasFirst() {
        Lifecycle life = Lifecycle.opened();
        life.failed(new RuntimeException("a batch"));
        assertThat(life.move(OPEN, FINISHING)).isFalse();
        assertThat(life.state()).isEqualTo(FAILED);
    }

    @Test
    void shouldNotEndWhatIsNotClosed() {
        Lifecycle life = Lifecycle.opened();
        assertThat(life.end()).isFalse();
        life.close();
        assertThat(life.state()).isEqualTo(OPEN);
    }
}
