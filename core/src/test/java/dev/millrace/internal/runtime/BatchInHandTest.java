/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CancelledException;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.streaming.BatchTime;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchInHandTest {
    private static final BatchTime TIME = new BatchTime(1000);

    private final List<Object> cancelled = new ArrayList<>();
    private final BatchInHand batch = new BatchInHand((ExecutionEngine) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {ExecutionEngine.class}, (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("cancel");
                return cancelled.add(arguments[0]);
            }));

    private void begin() {
        batch.begin(TIME);
    }

    private void settle() {
        begin();
        batch.computed();
    }

    private void decide() {
        settle();
        batch.decide();
    }

    @Test
    void shouldInterruptABatchThatComputesAndTakeTheInterruptBack() {
        begin();
        batch.cancel();
        assertThat(cancelled).containsExactly(TIME);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(batch.failed()).isEqualTo(BatchInHand.Failed.ROLLED_BACK);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void shouldCarryABatchToItsEndThatIsCancelledTooLate() {
        settle();
        batch.cancel();
        batch.decide();
        batch.decided();
        batch.end();
        assertThat(cancelled).isEmpty();
        assertThat(Thread.interrupted()).isFalse();
        assertThatThrownBy(this::begin).as("the next").isInstanceOf(CancelledException.class);
        assertThat(batch.failed()).isEqualTo(BatchInHand.Failed.ROLLED_BACK);
    }

    @Test
    void shouldNeverDecideABatchThatWasLeftBehind() {
        settle();
        assertThat(batch.leave()).isEqualTo(new BatchInHand.Left(TIME, false));
        assertThatThrownBy(batch::decide)
                .isInstanceOf(CancelledException.class)
                .hasMessage("the context was stopped just before the batch was decided");
    }

    @Test
    void shouldLeaveABatchBehindAsDecidedFromTheDecisionOn() {
        decide();
        assertThat(batch.leave()).isEqualTo(new BatchInHand.Left(TIME, true));
        batch.decided();
        assertThat(batch.leave()).isEqualTo(new BatchInHand.Left(TIME, true));
        batch.end();
        assertThat(batch.leave()).isEqualTo(new BatchInHand.Left(null, false));
    }

    @Test
    void shouldSayWhatTheNextStartDoesWithABatchThatFailed() {
        begin();
        assertThat(batch.failed()).isEqualTo(BatchInHand.Failed.RUNS_AGAIN);
        settle();
        assertThat(batch.failed()).isEqualTo(BatchInHand.Failed.RUNS_AGAIN);
        decide();
        assertThat(batch.failed()).isEqualTo(BatchInHand.Failed.FINDS_OUT);
        assertThat(batch.hasFailedDecided()).isFalse();
        decide();
        batch.decided();
        assertThat(batch.failed()).isEqualTo(BatchInHand.Failed.PUBLISHES);
        assertThat(batch.hasFailedDecided()).isTrue();
    }
}
