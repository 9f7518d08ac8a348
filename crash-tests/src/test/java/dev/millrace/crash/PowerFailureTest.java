/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.internal.crash.CrashPoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes whose death takes with it what they have not synced to their checkpoint: as if the machine had died, where
 * after {@code kill -9} the system still writes what a process wrote. Text outputs are not part of this.
 */
@Execution(ExecutionMode.CONCURRENT)
class PowerFailureTest {
    private static final Map<ProgramKind, Scene> SCENES = new EnumMap<>(ProgramKind.class);

    @TempDir
    private static Path root;

    private static synchronized Scene scene(ProgramKind kind) throws Exception {
        Scene scene = SCENES.get(kind);
        if (scene == null) {
            scene = Scene.of(kind, kind.batches(), root.resolve(kind.name()));
            SCENES.put(kind, scene);
        }
        return scene;
    }

    @AfterAll
    static void closeScenes() throws Exception {
        for (Scene scene : SCENES.values()) {
            scene.close();
        }
    }

    private static CrashRun dying(ProgramKind kind, CrashPoint point, int occurrence) throws Exception {
        return scene(kind).run().withPowerFailures().dying(new Death.At(point, occurrence));
    }

    static List<Arguments> middle() throws Exception {
        List<Arguments> deaths = new ArrayList<>();
        for (ProgramKind kind : ProgramKind.values()) {
            for (CrashPoint point : scene(kind).points()) {
                deaths.add(Arguments.of(kind, point, (scene(kind).occurrences(point) + 1) / 2));
            }
        }
        return deaths;
    }

    @ParameterizedTest
    @CsvSource({
        "FILES_AND_STATE, PART_PUBLISHED, 10",
        "FILES_AND_STATE, JOURNAL_RETIRED, 1",
        "RECEIVER_AND_WINDOW, WAL_SYNCED, 3",
        "RECEIVER_AND_WINDOW, COMMITTED, 4"
    })
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenWhatIsNotSyncedIsLost(ProgramKind kind, CrashPoint point, int occurrence)
            throws Exception {
        dying(kind, point, occurrence).finishHere().mustEqual(scene(kind).uninterrupted());
    }

    @ParameterizedTest
    @MethodSource("middle")
    @Tag("full")
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenThePowerFailsInTheMiddle(ProgramKind kind, CrashPoint point, int occurrence)
            throws Exception {
        dying(kind, point, occurrence).finishHere().mustEqual(scene(kind).uninterrupted());
    }

    @ParameterizedTest
    @CsvSource({
        "journal/.*, FILES_AND_STATE, PART_PUBLISHED, 10, does not know that it decided batch",
        "receipts/.*, FILES_AND_STATE, DECIDED, 4," + Outcome.ONE_RECEIPT,
        "wal/.*, RECEIVER_AND_WINDOW, BEFORE_DECISION, 3, a process ended by itself"
    })
    @Tag("crash")
    void shouldFailWhenNothingIsSynced(String files, ProgramKind kind, CrashPoint point, int occurrence, String check)
            throws Exception {
        CrashRun run = scene(kind)
                .run()
                .withPowerFailures()
                .with(PowerFailures.NEVER_SYNCED, files)
                .dying(new Death.At(point, occurrence));

        assertThatThrownBy(() -> run.finish().mustEqual(scene(kind).uninterrupted()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(check);
    }
}
