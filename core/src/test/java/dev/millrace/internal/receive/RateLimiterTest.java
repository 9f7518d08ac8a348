/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.spi.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    /** Moves only when told. */
    private static final class StillClock implements Clock {
        private long nanos;

        @Override
        public long wallMillis() {
            return TimeUnit.NANOSECONDS.toMillis(nanos);
        }

        @Override
        public long nanos() {
            return nanos;
        }

        void pass(long milliseconds) {
            nanos += TimeUnit.MILLISECONDS.toNanos(milliseconds);
        }
    }

    private final StillClock clock = new StillClock();

    /** Whether records are let through now; a thread that is interrupted does not wait. */
    private static boolean passes(RateLimiter limiter, int records) {
        Thread.currentThread().interrupt();
        try {
            limiter.acquire(records, () -> false);
            return true;
        } catch (InterruptedException e) {
            return false;
        } finally {
            Thread.interrupted();
        }
    }

    private static int burst(RateLimiter limiter) {
        int records = 0;
        while (passes(limiter, 1)) {
            records++;
        }
        return records;
    }

    @Test
    void shouldLetEverythingThroughOnceItIsLifted() {
        RateLimiter limiter = new RateLimiter(clock, 1000, 1);
        assertThat(burst(limiter)).isEqualTo(1);
        limiter.lift();
        limiter.setRate(1); // somebody hears late of a batch
        assertThat(passes(limiter, 1_000_000)).isTrue();
        assertThat(passes(limiter, 1)).isTrue();
    }

    @Test
    void shouldLetThroughAsManyAsTheRateAllows() {
        RateLimiter limiter = new RateLimiter(clock, 1000, Double.POSITIVE_INFINITY);
        assertThat(limiter.rate()).isEqualTo(1000);
        int records = 0;
        for (int i = 0; i < 100; i++) {
            records += burst(limiter);
            clock.pass(10);
        }
        assertThat(records).isBetween(990, 1010);
    }

    @Test
    void shouldPayForManyAtOnceAfterwards() {
        RateLimiter limiter = new RateLimiter(clock, 1000, Double.POSITIVE_INFINITY);
        assertThat(passes(limiter, 500)).isTrue();
        clock.pass(499);
        assertThat(passes(limiter, 1)).isFalse();
        clock.pass(1);
        assertThat(passes(limiter, 1)).isTrue();
    }

    @Test
    void shouldMakeUpForNoMoreThanAMomentAfterAPause() {
        RateLimiter limiter = new RateLimiter(clock, 1000, Double.POSITIVE_INFINITY);
        clock.pass(600_000);
        assertThat(burst(limiter)).isBetween(20, 22); // 20 ms, not ten minutes
    }

    @Test
    void shouldNotOweLongAtARateThatIsOver() {
        RateLimiter limiter = new RateLimiter(clock, Double.POSITIVE_INFINITY, 1);
        assertThat(passes(limiter, 3600)).isTrue(); // an hour's
        limiter.setRate(1000);
        clock.pass(999);
        assertThat(passes(limiter, 1)).isFalse();
        clock.pass(1);
        assertThat(passes(limiter, 1)).isTrue();
    }

    @Test
    void shouldNeverExceedTheGreatestRate() {
        RateLimiter limiter = new RateLimiter(clock, 100, 50);
        assertThat(limiter.rate()).isEqualTo(50);
        limiter.setRate(1000);
        assertThat(limiter.rate()).isEqualTo(100);
    }

    @Test
    void shouldNotWaitWithoutARate() {
        RateLimiter limiter = new RateLimiter(clock, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        for (int i = 0; i < 1_000; i++) {
            assertThat(passes(limiter, 1000)).isTrue();
        }
    }
}
