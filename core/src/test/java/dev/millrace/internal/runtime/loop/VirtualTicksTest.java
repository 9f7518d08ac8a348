/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualTicksTest {
    private final VirtualTicks ticks = new VirtualTicks(new BatchTime(0), Duration.ofSeconds(1));

    private List<Long> due(int atMost) {
        List<Long> times = new ArrayList<>();
        while (times.size() < atMost && ticks.nanosUntilNext() <= 0) {
            times.add(ticks.tick().milliseconds());
        }
        return times;
    }

    @Test
    void shouldBeDueAsOftenAsItWasAskedFor() {
        assertThat(due(10)).isEmpty();
        ticks.ask(3);
        assertThat(due(10)).containsExactly(1000L, 2000L, 3000L);
        ticks.ask(1);
        assertThat(due(10)).containsExactly(4000L);
    }

    /** Batches of a context that was stopped meanwhile are not made up for. */
    @Test
    void shouldForgetWhatWasAskedBefore() {
        ticks.ask(3);
        ticks.ask(1);
        assertThat(due(10)).containsExactly(1000L);
    }

    @Test
    void shouldUseTheTimeOfABatchThatWasLeftOutForTheNext() {
        ticks.askForAll(new BatchTime(5000));
        assertThat(due(2)).containsExactly(5000L, 6000L);
        assertThat(due(1)).containsExactly(7000L);
        ticks.leftOut();
        assertThat(due(10)).isEmpty();
        ticks.ask(1);
        assertThat(due(10)).containsExactly(7000L);
    }

    @Test
    void shouldNotGoBackToATimeThatWasUsed() {
        ticks.ask(3);
        due(3);
        ticks.askForAll(new BatchTime(2000));
        assertThat(due(1)).containsExactly(4000L);
    }
}
