/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // a clock may start anywhere
    private final RateLimit limit = new RateLimit(now::get);

    @Test
    void shouldTellALineOnceAMinute() {
        assertThat(limit.line("a", "a fails")).isEqualTo("a fails");
        assertThat(limit.line("a", "a fails")).isNull();
        now.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(limit.line("a", "a fails")).isNull();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(limit.line("a", "a fails")).isEqualTo("a fails (2 more lines about it were left out before)");
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(limit.line("a", "a fails")).isEqualTo("a fails");
        assertThat(limit.rest()).isEmpty();
    }

    @Test
    void shouldTellTenLinesAMinuteOfEachSender() {
        for (int i = 0; i < 10; i++) {
            assertThat(limit.line("a", "a fails " + i)).isEqualTo("a fails " + i);
        }
        assertThat(limit.line("a", "a fails 10")).isNull();
        assertThat(limit.line("b", "b fails")).isEqualTo("b fails");
        assertThat(limit.line("a", "a fails 11")).isNull();
        assertThat(limit.rest()).containsExactly("a: (2 more lines about it were left out before)");
        assertThat(limit.rest()).isEmpty();
    }

    @Test
    void shouldMakeOneLineOfMany() {
        assertThat(Lines.one("one\r\n  two\u2028three\n")).isEqualTo("one / two / three");
    }

    @Test
    void shouldShowTimesAsPeopleReadThem() {
        assertThat(Lines.duration(Duration.ofNanos(999_999_999))).isEqualTo("999 ms");
        assertThat(Lines.duration(Duration.ofMillis(1000))).isEqualTo("1 s");
        assertThat(Lines.duration(Duration.ofMillis(1540))).isEqualTo("1.5 s");
        assertThat(Lines.duration(Duration.ofMillis(61_999))).isEqualTo("61 s");
    }
}
