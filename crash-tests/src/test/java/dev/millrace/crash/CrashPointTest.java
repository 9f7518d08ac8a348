/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.crash.CrashPoint;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes that die exactly at each step of the durable path. */
class CrashPointTest {
    private static final int BATCHES = 16;

    @TempDir
    private static Path root;

    private static Scene scene;
    private static @Nullable Scene sessions;

    @BeforeAll
    static void runUninterrupted() throws Exception {
        scene = Scene.slice(BATCHES, root);
        System.out.println("an uninterrupted run comes to " + scene);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = Scene.OF_RECEIVERS)
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenAProcessDiesWhereItFirstComesTo(CrashPoint point) throws Exception {
        assertThat(scene.occurrences(point))
                .as("a point that is declared is reached: %s", point)
                .isPositive();
        diesAt(point, 1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = Scene.OF_RECEIVERS)
    @Tag("full")
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenAProcessDiesTheSecondTimeAt(CrashPoint point) throws Exception {
        diesAt(point, 2);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = Scene.OF_RECEIVERS)
    @Tag("full")
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenAProcessDiesLateAt(CrashPoint point) throws Exception {
        diesAt(point, Math.max(3, scene.occurrences(point) * 2 / 3));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = Scene.OF_RECEIVERS)
    @Tag("full")
    @Tag("crash")
    void shouldTimeOutTheSameKeysWhenAProcessDiesLateAt(CrashPoint point) throws Exception {
        Scene timeouts = sessions();
        diesAt(timeouts, point, Math.max(1, timeouts.occurrences(point) * 2 / 3));
    }

    private static Scene sessions() throws Exception {
        Scene known = sessions;
        if (known == null) {
            known = Scene.sessions(BATCHES, root.resolve("sessions"));
            sessions = known;
        }
        return known;
    }

    private static void diesAt(CrashPoint point, int occurrence) throws Exception {
        diesAt(scene, point, occurrence);
    }

    private static void diesAt(Scene scene, CrashPoint point, int occurrence) throws Exception {
        scene.run().dying(new Death.At(point, occurrence)).finish().mustEqual(scene.uninterrupted());
    }
}
