/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.BatchFailedException;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StopResult;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The loop in each of its states, stepped by the test. */
class DriverLoopTest {
    private LoopByHand program;

    @BeforeEach
    void open() throws Exception {
        program = new LoopByHand();
    }

    @AfterEach
    void close() {
        program.close();
    }

    private void pass(long millis) {
        program.pass(millis);
        program.settle();
    }

    @Test
    void shouldPlanABatchWhenItsTimeHasComeAndNotBefore() {
        assertThat(program.loop.doWork()).isFalse();
        pass(999);
        assertThat(program.waiting()).isZero();
        pass(1);
        assertThat(program.waiting()).isEqualTo(1);
        assertThat(program.loop.lastCompleted()).isNull();
        program.runBatch();
        program.settle();
        assertThat(program.ran).containsExactly(1_001_000L);
        assertThat(program.loop.lastCompleted()).isEqualTo(new BatchTime(1_001_000));
        assertThat(program.life.underWay()).isZero();
    }

    @Test
    void shouldFinishWhatIsPlannedAndPlanNoMore() {
        pass(2000);
        program.loop.requestStop(Duration.ofSeconds(10));
        pass(5000);
        assertThat(program.life.state()).isEqualTo(RunState.FINISHING);
        program.runBatch();
        program.settle();
        assertThat(program.closed).isZero();
        program.runBatch();
        program.settle();
        assertThat(program.ran).containsExactly(1_001_000L, 1_002_000L);
        assertThat(program.loop.isOver()).isTrue();
        assertThat(program.loop.ended()).isCompletedWithValue(StopResult.FINISHED);
        assertThat(program.closed).isEqualTo(1);
    }

    @Test
    void shouldLetTicksWaitWhenTwentyBatchesAreUnderWayAndMakeUpForThem() {
        pass(30_000);
        assertThat(program.waiting()).isEqualTo(20);
        program.runBatch();
        assertThat(program.waiting()).as("before the loop hears of it").isEqualTo(19);
        program.settle();
        assertThat(program.waiting()).isEqualTo(20);
        while (program.waiting() > 0) {
            program.runBatch();
            program.settle();
        }
        assertThat(program.ran)
                .isEqualTo(LongStream.rangeClosed(1, 30)
                        .mapToObj(second -> 1_000_000 + second * 1000)
                        .toList());
    }

    @Test
    void shouldDropWhatWaitsWhenTheDeadlineHasPassed() {
        pass(2000);
        program.loop.requestStop(Duration.ofSeconds(3));
        pass(2999);
        assertThat(program.life.state()).isEqualTo(RunState.FINISHING);
        pass(1);
        assertThat(program.life.state()).isEqualTo(RunState.ROLLING_BACK);
        assertThat(program.loop.isOver()).isFalse();
        program.runBatch();
        program.runBatch();
        program.settle();
        assertThat(program.ran).isEmpty();
        assertThat(program.loop.ended()).isCompletedWithValue(StopResult.ROLLED_BACK);
    }

    @Test
    void shouldLetNoBatchPassOneThatHasFailed() {
        program.batchFails = true;
        pass(3000);
        program.runBatch();
        assertThat(program.life.state()).as("before the loop hears of it").isEqualTo(RunState.FAILED);
        program.runBatch();
        program.runBatch();
        pass(1000);
        assertThat(program.ran).containsExactly(1_001_000L);
        assertThat(program.waiting()).isZero();
        assertThat(program.loop.isOver()).isTrue();
        assertThat(program.loop.failure())
                .isInstanceOf(BatchFailedException.class)
                .hasMessageContaining("no room");
        assertThatThrownBy(program.loop.ended()::join).hasCause(program.loop.failure());
        assertThat(program.closed).isEqualTo(1);
    }

    @Test
    void shouldEndWhenABatchCannotBePlannedAndThoseBeforeHaveRun() {
        pass(1000);
        program.planningFails = true;
        pass(1000);
        assertThat(program.life.state()).isEqualTo(RunState.FAILED);
        assertThat(program.closed).isZero();
        program.runBatch();
        program.settle();
        assertThat(program.loop.isOver()).isTrue();
        assertThat(program.loop.failure())
                .hasMessage("batch 1002000 ms failed: its input could not be planned: the broker is gone");
    }

    @Test
    void shouldCloseWhatWasLeftBehindWhenItsCodeHasEnded() {
        pass(1000);
        program.loop.requestStop(Duration.ZERO);
        program.settle();
        program.loop.abandon();
        assertThat(program.loop.ended()).isCompletedWithValue(StopResult.ROLLED_BACK);
        assertThat(program.loop.isOver()).isFalse();
        assertThat(program.closed).isZero();
        program.runBatch();
        program.settle();
        assertThat(program.ran).isEmpty();
        assertThat(program.loop.isOver()).isTrue();
        assertThat(program.closed).isEqualTo(1);
    }
}
