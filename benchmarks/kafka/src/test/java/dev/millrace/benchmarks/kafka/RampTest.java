/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.benchmarks.Figures;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RampTest {
    private final List<Double> tried = new ArrayList<>();
    private final Ramp ramp = new Ramp(50_000);

    @Test
    void shouldReturnTheLastRateWhoseResultsComeSoon() throws Exception {
        assertThat(ramp.held("a side", rate -> seen(rate, rate < 200_000 ? 900 : 1100, 0)))
                .isEqualTo(150_000);
        assertThat(tried).containsExactly(50_000.0, 100_000.0, 150_000.0, 200_000.0);
    }

    @Test
    void shouldNotHoldARateWhoseResultsDoNotCome() throws Exception {
        assertThat(ramp.held("a side", rate -> seen(rate, 100, rate < 100_000 ? 0 : 1)))
                .isEqualTo(50_000);
    }

    @Test
    void shouldRefuseToHalveNothing() {
        assertThatThrownBy(() -> ramp.held("a side", rate -> seen(rate, 1100, 0)))
                .hasMessage("it does not hold 50,000 records/s; begin with a smaller ramp=");
    }

    private Latency.Seen seen(double rate, long millis, long missing) {
        tried.add(rate);
        Figures figures = new Figures();
        figures.add(millis * 1_000_000);
        return new Latency.Seen(figures, 0, missing);
    }
}
