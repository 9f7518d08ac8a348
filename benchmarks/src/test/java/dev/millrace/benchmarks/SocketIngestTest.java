/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the speed, every line that is sent is counted once, in a heap of 256 MB. */
@Timeout(180)
class SocketIngestTest {
    @Test
    void shouldCountWhatWasSentWhenItIsFedForASecond() throws Exception {
        assertThat(SocketIngest.run(1, 1, 100)).isTrue();
    }

    @Test
    @Tag("full")
    void shouldCountWhatWasSentWhenItIsFedAtFullSpeed() throws Exception {
        assertThat(SocketIngest.run(5, 1, 16)).isTrue();
        assertThat(SocketIngest.run(5, 1, 100)).isTrue();
    }
}
