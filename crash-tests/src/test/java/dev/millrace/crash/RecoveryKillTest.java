/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.internal.crash.CrashPoint;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Processes that die again while they recover. */
class RecoveryKillTest {
    private static final int BATCHES = 20;
    private static final List<Death.At> FIRST = List.of(
            new Death.At(CrashPoint.PLAN_WRITTEN, 9),
            new Death.At(CrashPoint.DECIDED, 9),
            new Death.At(CrashPoint.PART_PUBLISHED, 45),
            new Death.At(CrashPoint.COMMITTED, 9));

    @TempDir
    private static Path root;

    private static Scene scene;

    @BeforeAll
    static void runUninterrupted() throws Exception {
        scene = Scene.slice(BATCHES, root);
    }

    @Test
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenAPreparedBatchIsPublishedByTheFourthProcess() throws Exception {
        diesAt(
                new Death.At(CrashPoint.DECIDED, 6),
                new Death.At(CrashPoint.JOURNAL_ROLLED, 1),
                new Death.At(CrashPoint.PART_PUBLISHED, 1),
                new Death.At(CrashPoint.PART_PUBLISHED, 2),
                new Death.At(CrashPoint.RECEIPT_WRITTEN, 1),
                new Death.At(CrashPoint.OUTPUT_PUBLISHED, 1),
                new Death.At(CrashPoint.COMMITTED, 1));
    }

    @Test
    @Tag("full")
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenABatchIsRunAgainBySeveralProcesses() throws Exception {
        diesAt(
                new Death.At(CrashPoint.BEFORE_DECISION, 6),
                new Death.At(CrashPoint.PART_STAGED, 2),
                new Death.At(CrashPoint.STEPS_RUN, 1),
                new Death.At(CrashPoint.OUTPUT_DONE, 1),
                new Death.At(CrashPoint.BEFORE_DECISION, 1),
                new Death.At(CrashPoint.BEFORE_DECISION, 1));
    }

    @Test
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenSnapshotsDieOneAfterTheOther() throws Exception {
        diesAt(
                new Death.At(CrashPoint.SNAPSHOT_WRITTEN, 1),
                new Death.At(CrashPoint.SNAPSHOT_WRITTEN, 1),
                new Death.At(CrashPoint.SNAPSHOT_VISIBLE, 1),
                new Death.At(CrashPoint.JOURNAL_RETIRED, 1),
                new Death.At(CrashPoint.SNAPSHOT_VISIBLE, 1));
    }

    @Test
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenProcessesAreKilledWhileTheyStart() throws Exception {
        CrashRun run = scene.run().dying(new Death.At(CrashPoint.DECIDED, 8));
        for (int millis : new int[] {0, 40, 80, 120}) {
            run.dying(new Death.Kill(0, millis * 1_000_000L));
        }
        run.finish().mustEqual(scene.uninterrupted());
    }

    static Stream<Arguments> pairs() {
        return FIRST.stream()
                .flatMap(first -> scene.points().stream().map(second -> Arguments.of(first, new Death.At(second, 1))));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    @Tag("full")
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenAProcessDiesAndTheNextWhereItFirstComesTo(Death.At first, Death.At second)
            throws Exception {
        diesAt(first, second);
    }

    private static void diesAt(Death.At... deaths) throws Exception {
        CrashRun run = scene.run();
        for (Death.At death : deaths) {
            run.dying(death);
        }
        run.finishHere().mustEqual(scene.uninterrupted());
    }
}
