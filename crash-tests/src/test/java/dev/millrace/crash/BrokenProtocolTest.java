/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.internal.crash.CrashPoint;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of these tests: with a broken protocol they fail, and by the check that is meant for it. */
class BrokenProtocolTest {
    private static final int BATCHES = 12;

    @TempDir
    private static Path root;

    private static Scene scene;

    @BeforeAll
    static void runUninterrupted() throws Exception {
        scene = Scene.slice(BATCHES, root);
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(
                        BrokenProtocol.PUBLISH_BEFORE_PREPARED,
                        new Death.At(CrashPoint.PART_PUBLISHED, 20),
                        Outcome.UNCHANGED),
                Arguments.of(
                        BrokenProtocol.FORGETS_WHAT_IS_STAGED,
                        new Death.At(CrashPoint.PREPARED, 6),
                        Outcome.NO_LEFTOVERS),
                Arguments.of(BrokenProtocol.LOSES_CHANGES, new Death.At(CrashPoint.PREPARED, 6), Outcome.SAME_OUTPUT),
                Arguments.of(BrokenProtocol.LOSES_PLANS, new Death.At(CrashPoint.PREPARED, 6), Outcome.SAME_OUTPUT),
                Arguments.of(BrokenProtocol.TWO_RECEIPTS, new Death.At(CrashPoint.PREPARED, 6), Outcome.ONE_RECEIPT));
    }

    @ParameterizedTest
    @MethodSource("broken")
    @Tag("crash")
    void shouldFailWhenTheProtocolIsBroken(BrokenProtocol mutation, Death.At death, String check) throws Exception {
        Outcome outcome = scene.run().with(mutation).dying(death).finish();

        assertThatThrownBy(() -> outcome.mustEqual(scene.uninterrupted()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(check);
    }

    @Test
    @Tag("full")
    @Tag("crash")
    void shouldFailWhenTheOrderIsBrokenAndProcessesAreKilledAtRandom() {
        RandomKills kills = new RandomKills(scene, BrokenProtocol.PUBLISH_BEFORE_PREPARED, 1);

        assertThatThrownBy(() -> kills.kill(20))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(Outcome.UNCHANGED);
    }

    @Test
    @Tag("crash")
    void shouldPassWhenTheOrderIsBrokenAndNobodyDies() throws Exception {
        scene.run().with(BrokenProtocol.PUBLISH_BEFORE_PREPARED).finish().mustEqual(scene.uninterrupted());
    }
}
