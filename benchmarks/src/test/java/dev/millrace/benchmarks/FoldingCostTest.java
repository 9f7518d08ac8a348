/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Journals are folded and deleted, and their bytes are counted. */
class FoldingCostTest {
    @Test
    void shouldCountWhatFoldingWritesAndLeaves() throws Exception {
        List<String> lines =
                Printed.by(FoldingCost::main, "keys=2000", "load=100", "updates=100", "fold=16k", "times=4");
        assertThat(lines).hasSize(12);
        assertThat(lines.get(0))
                .startsWith("characters=100 draw=uniform fold=16k keys=2000 load=100 times=4 updates=100, 22");
        assertThat(lines.get(11))
                .matches("100 %   written +[1-9][0-9,]+ by folding, +[1-9][0-9,]+ of changes: +[0-9.]+;"
                        + " newest runs [0-9.]+ of live, all files [0-9.]+, at most [0-9.]+");
    }
}
