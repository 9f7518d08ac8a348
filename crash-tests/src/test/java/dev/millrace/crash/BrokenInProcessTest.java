/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.testkit.planted.InterposedLog;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The mutations that crash tests must notice, with deaths that are simulated in this process. */
@Isolated("mutations, crash points and system properties belong to the whole process")
class BrokenInProcessTest {
    private static final int BATCHES = 6;

    @TempDir
    private static Path root;

    private static Scene scene;

    @BeforeAll
    static void runUninterrupted() throws Exception {
        scene = Scene.slice(BATCHES, root);
    }

    @AfterEach
    void mend() {
        InterposedLog.uninstall();
        System.clearProperty(PowerFailures.NEVER_SYNCED);
    }

    private static void mustFail(Death.At death, String check) throws Exception {
        CrashRun run = scene.run().dyingHere(death);

        assertThatThrownBy(() -> run.finishHere().mustEqual(scene.uninterrupted()))
                .isInstanceOfAny(AssertionError.class, CheckpointException.class)
                .hasMessageContaining(check);
    }

    @ParameterizedTest
    @CsvSource({
        "COMMITS_BEFORE_IT_PUBLISHES, PART_PUBLISHED, 10, " + Outcome.NO_LEFTOVERS,
        "APPLIES_OVERLAYS_TWICE, BEFORE_DECISION, 8, " + Outcome.SAME_OUTPUT,
        "PUBLISH_BEFORE_DECIDED, RECEIPT_WRITTEN, 2, " + Outcome.REFUSED
    })
    @Tag("crash")
    void shouldFailWhenTheProtocolIsBroken(BrokenProtocol mutation, CrashPoint point, int occurrence, String check)
            throws Exception {
        InterposedLog.install(mutation::over);

        mustFail(new Death.At(point, occurrence), check);
    }

    @Test
    @Tag("crash")
    void shouldFailWhenTheJournalIsNotSynced() throws Exception {
        System.setProperty(PowerFailures.NEVER_SYNCED, "journal/.*");

        mustFail(new Death.At(CrashPoint.PART_PUBLISHED, 10), Outcome.REFUSED);
    }

    @ParameterizedTest
    @CsvSource({"PART_PUBLISHED, 10", "BEFORE_DECISION, 4", "DECIDED, 3", "COMMITTED, 5"})
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenNothingIsBroken(CrashPoint point, int occurrence) throws Exception {
        scene.run().dyingHere(new Death.At(point, occurrence)).finishHere().mustEqual(scene.uninterrupted());
    }
}
