/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.internal.crash.CrashPoint;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of these tests: with a broken protocol they fail, and by the check that is meant for it. */
class BrokenProtocolTest {
    private static final int BATCHES = 8;

    @TempDir
    private static Path root;

    private static Scene scene;

    @BeforeAll
    static void runUninterrupted() throws Exception {
        scene = Scene.slice(BATCHES, root);
    }

    @ParameterizedTest
    @CsvSource({
        "PUBLISH_BEFORE_DECIDED, RECEIPT_WRITTEN, 3, " + Outcome.REFUSED,
        "COMMITS_BEFORE_IT_PUBLISHES, PART_PUBLISHED, 20, " + Outcome.NO_LEFTOVERS,
        "APPLIES_OVERLAYS_TWICE, BEFORE_DECISION, 12, " + Outcome.SAME_OUTPUT // after half of what the sixth batch does
    })
    @Tag("crash")
    void shouldFailWhenTheProtocolIsBroken(BrokenProtocol mutation, CrashPoint point, int occurrence, String check)
            throws Exception {
        mustFail(scene, mutation, new Death.At(point, occurrence), check);
    }

    @ParameterizedTest
    @CsvSource({
        "FORGETS_WHAT_IS_STAGED, " + Outcome.NO_LEFTOVERS,
        "LOSES_CHANGES, " + Outcome.SAME_OUTPUT,
        "LOSES_PLANS, " + Outcome.SAME_OUTPUT
    })
    @Tag("full")
    @Tag("crash")
    void shouldFailWhenARecordIsBroken(BrokenProtocol mutation, String check) throws Exception {
        mustFail(scene, mutation, new Death.At(CrashPoint.DECIDED, 6), check);
    }

    /** Whether records come twice or the next start misses its blocks is a question of when the log lets go of them. */
    @ParameterizedTest
    @CsvSource({"DECIDES_ONE_BATCH_LATE, PART_PUBLISHED, 12", "FORGETS_POSITIONS, DECIDED, 3", "LOSES_PLANS, DECIDED, 3"
    })
    @Tag("crash")
    void shouldFailWhenTheProtocolOfReceiversIsBroken(
            BrokenProtocol mutation, CrashPoint point, int occurrence, @TempDir Path directory) throws Exception {
        try (Scene receiver = Scene.of(ProgramKind.RECEIVER_AND_WINDOW, 6, directory)) {
            mustFail(receiver, mutation, new Death.At(point, occurrence), "");
        }
    }

    private static void mustFail(Scene scene, BrokenProtocol mutation, Death.At death, String check) throws Exception {
        CrashRun run = scene.run().with(mutation).dying(death);

        assertThatThrownBy(() -> run.finish().mustEqual(scene.uninterrupted()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(check);
    }

    @Test
    @Tag("full")
    @Tag("crash")
    void shouldFailWhenTheOrderIsBrokenAndProcessesAreKilledAtRandom() {
        RandomKills kills = new RandomKills(scene, BrokenProtocol.PUBLISH_BEFORE_DECIDED, 1);

        assertThatThrownBy(() -> kills.kill(20))
                .isInstanceOf(AssertionError.class)
                .message()
                .containsAnyOf(Outcome.UNCHANGED, Outcome.REFUSED, Outcome.AHEAD); // by which receipts were written
    }

    @Test
    @Tag("crash")
    void shouldPassWhenTheOrderIsBrokenAndNobodyDies() throws Exception {
        scene.run().with(BrokenProtocol.PUBLISH_BEFORE_DECIDED).finish().mustEqual(scene.uninterrupted());
    }
}
