/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.crash.CrashPoint;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A start that rewrites the entries of a state dies amid that. */
@Tag("crash")
@Timeout(120)
class UpgradeKillTest {
    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource({"JOURNAL_ROLLED, 1", "UPGRADE_WRITTEN, 1", "UPGRADE_WRITTEN, 5"})
    void shouldHaveUpgradedNothingWhereverTheStartDies(CrashPoint point, int occurrence) throws Exception {
        String checkpoint = root.resolve("checkpoint").toString();
        assertThat(UpgradedProgram.batch(checkpoint, false)).isEqualTo(UpgradedProgram.KEYS);
        assertThat(start(checkpoint, new Death.At(point, occurrence)).killed()).isTrue();
        assertThat(UpgradedProgram.batch(checkpoint, false)).isEqualTo(2L * UpgradedProgram.KEYS);
        assertThat(start(checkpoint, new Death.At(point, occurrence)).killed()).isTrue();
        assertThat(start(checkpoint, new Death.None()).exit()).isZero();
        assertThat(UpgradedProgram.batch(checkpoint, true)).isEqualTo(4L * UpgradedProgram.KEYS);
    }

    private ChildProcess.Life start(String checkpoint, Death death) throws Exception {
        return ChildProcess.run(UpgradedProgram.class, List.of(checkpoint), List.of(), death, root.resolve("errors"));
    }
}
