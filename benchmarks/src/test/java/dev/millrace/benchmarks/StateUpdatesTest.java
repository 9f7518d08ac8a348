/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** All sides count the same, or it fails. */
class StateUpdatesTest {
    @Test
    void shouldMeasureProgramsThatCountTheSame() throws Exception {
        List<String> lines = Printed.by(StateUpdates::main, "1000", "100", "1");
        assertThat(lines).hasSize(8);
        assertThat(lines.get(0)).isEqualTo("1000 keys, 20 batches each");
        assertThat(lines.get(1)).matches("by hand +median +[0-9.]+ ms \\(1.00\\) .*");
        assertThat(lines.get(7)).matches("durable +more than not durable, of encoded and synced: median .*");
    }
}
