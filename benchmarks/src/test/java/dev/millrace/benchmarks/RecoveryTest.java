/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The two processes of the measurement, one after the other in this one. */
@Timeout(120)
class RecoveryTest {
    @Test
    void shouldRefuseASizeThatItDoesNotKnow() {
        assertThatThrownBy(() -> Recovery.sizes("1000000"))
                .hasMessage("1000000 is no size; these are: again=200 characters=10 fold=4m heap=256m keys=1000000"
                        + " load=100000 loadHeap=3g rounds=5 updates=1000");
    }

    @Test
    void shouldReadAndRestartFromAllThatWasLoaded(@TempDir Path checkpoint) throws Exception {
        String[] arguments = {
            checkpoint.toString(), "keys=1000", "load=100", "again=5", "updates=10", "fold=16k", "rounds=1"
        };
        RecoveryLoad.main(arguments);
        assertThat(String.join("\n", Printed.by(RecoveryTimes::main, arguments)))
                .containsSubsequence(
                        "1,000 keys, ", "read ", "runs decoded ", "restart, first batch ", " of decoded", "heap: ");
    }
}
