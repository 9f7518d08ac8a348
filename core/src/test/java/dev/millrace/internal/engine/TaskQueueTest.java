/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CancelledException;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.error.MillraceException;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.engine.TaskQueue.Attempt;
import dev.millrace.spi.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskQueueTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private long now;
    private final Clock clock = new Clock() {
        @Override
        public long wallMillis() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long nanos() {
            return now;
        }
    };
    private final TaskQueue queue = new TaskQueue(3, 5, clock);

    private Attempt take() throws InterruptedException {
        return queue.take(() -> false);
    }

    @Test
    void shouldGiveTheOtherTasksWhileOneWaits() throws InterruptedException {
        queue.putBack(take(), HOUR);
        assertThat(take()).isEqualTo(new Attempt(4, 0));
        now += HOUR.toNanos();
        assertThat(take()).isEqualTo(new Attempt(3, 1));
        assertThat(take()).isNull();
    }

    @Test
    void shouldGiveFirstWhatIsDueFirst() throws InterruptedException {
        queue.putBack(take(), HOUR);
        queue.putBack(take(), Duration.ofMinutes(1));
        now += HOUR.toNanos();
        assertThat(List.of(take(), take())).containsExactly(new Attempt(4, 1), new Attempt(3, 1));
    }

    @Test
    void shouldWaitUntilAnAttemptIsDue() throws InterruptedException {
        TaskQueue real = new TaskQueue(0, 1, Clock.SYSTEM);
        real.putBack(real.take(() -> false), Duration.ofMillis(5));
        long start = System.nanoTime();
        assertThat(real.take(() -> false)).isEqualTo(new Attempt(0, 1));
        assertThat(System.nanoTime() - start).isGreaterThan(4_000_000);
    }

    @Test
    void shouldEndTheWaitWhenTheJobIsCancelled() throws InterruptedException {
        take();
        queue.putBack(take(), HOUR);
        assertThatThrownBy(() -> queue.take(() -> true))
                .isInstanceOf(CancelledException.class)
                .hasMessage("cancelled while the task of partition 4 waited for its next attempt");
        Thread.currentThread().interrupt(); // what a cancel does to a thread that waits
        assertThatThrownBy(this::take).isInstanceOf(InterruptedException.class);
    }

    @Test
    void shouldGiveNothingWhenItIsClosed() throws InterruptedException {
        queue.putBack(take(), HOUR);
        queue.close();
        assertThat(take()).isNull();
    }

    @Test
    void shouldDoubleTheDelayUpToTheMost() {
        RetryPolicy policy = new RetryPolicy(100, Duration.ofMillis(100), Duration.ofSeconds(1));
        long[] atLeast = {100, 200, 400, 800, 1000, 1000};
        for (int failures = 1; failures <= atLeast.length; failures++) {
            assertThat(policy.delay(7, failures))
                    .isBetween(
                            Duration.ofMillis(atLeast[failures - 1]), Duration.ofMillis(atLeast[failures - 1] * 5 / 4))
                    .isEqualTo(policy.delay(7, failures));
        }
        assertThat(policy.delay(0, 99)).isNotEqualTo(policy.delay(1, 99));
        assertThat(new RetryPolicy(4, Duration.ZERO, Duration.ZERO).delay(0, 3)).isZero();
    }

    @Test
    void shouldNotTryAgainWhatCannotGetBetter() {
        RetryPolicy policy = new RetryPolicy(2, Duration.ZERO, Duration.ZERO);
        assertThat(policy.allows(1, new IllegalStateException())).isTrue();
        assertThat(policy.allows(2, new IllegalStateException())).isFalse();
        assertThat(policy.allows(1, new RefusedException("malformed"))).isFalse();
        assertThat(policy.allows(1, new MillraceException("a", new InvalidProgramException("b", List.of()))))
                .isFalse();
    }
}
