/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EpochFileTest {
    private static List<String> live(String... names) {
        return EpochFile.live(EpochFile.of(List.of(names)), List.of()).stream()
                .map(EpochFile::name)
                .toList();
    }

    @Test
    void shouldReadNamesOfBothKinds() {
        assertThat(EpochFile.of(List.of("building-3", "0000000012-0000000003", "0000000002")))
                .containsExactly(new EpochFile(2, 0), new EpochFile(12, 3));
    }

    @Test
    void shouldTakeTheHighestEpochWhenTwoHaveANumber() {
        assertThat(live("0000000001", "0000000002-0000000001", "0000000002-0000000002"))
                .containsExactly("0000000001", "0000000002-0000000002");
    }

    @Test
    void shouldLeaveOutWhatAFencedProgramWroteBehindTheTakeover() {
        assertThat(live(
                        "0000000002-0000000002",
                        "0000000003-0000000001",
                        "0000000003-0000000002",
                        "0000000004-0000000001"))
                .containsExactly("0000000002-0000000002", "0000000003-0000000002");
    }

    @Test
    void shouldHearOfTheTakeoverFromOtherFiles() {
        List<EpochFile> snapshots = List.of(new EpochFile(1, 1), new EpochFile(4, 1));
        List<EpochFile> journals = List.of(new EpochFile(1, 1), new EpochFile(3, 2));
        assertThat(EpochFile.live(snapshots, journals)).containsExactly(new EpochFile(1, 1));
    }
}
