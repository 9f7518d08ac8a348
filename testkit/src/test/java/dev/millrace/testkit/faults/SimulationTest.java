/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.testkit.planted.ByteCode;
import dev.millrace.testkit.planted.InterposedLog;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many simulated lives of one program. */
@Timeout(3600)
@ExtendWith(QuietLog.class)
class SimulationTest {
    private static void live(long from, long count) {
        Lives.live(from, count, seed -> Simulation.run(seed, UnaryOperator.identity()));
    }

    @Test
    void shouldHoldTheInvariants() {
        live(0, 40);
    }

    private static void liveWithoutAppend(long from, long count) {
        Lives.live(from, count, seed -> Simulation.runWithoutAppend(seed, UnaryOperator.identity()));
    }

    @Test
    void shouldHoldTheInvariantsInAStoreThatCannotAppend() {
        liveWithoutAppend(0, 40);
    }

    /** The changes of each record of a journal become a run, and runs are merged all the time, also at a start. */
    private static void liveWithoutMemory(long from, long count) throws Exception {
        try (AutoCloseable none =
                ByteCode.skipping("checkpoint.Snapshots", "foldingBytes").make()) {
            live(from, count);
            liveWithoutAppend(from + count, count);
        }
    }

    @Test
    void shouldHoldTheInvariantsWhenNoChangeMayBeInMemory() throws Exception {
        liveWithoutMemory(0, 20);
    }

    @Test
    @Tag("full")
    void shouldHoldTheInvariantsInManyLivesWhenNoChangeMayBeInMemory() throws Exception {
        liveWithoutMemory(100, 100);
    }

    @Test
    @Tag("full")
    void shouldHoldTheInvariantsInManyLives() {
        live(100, 200);
    }

    @Test
    @Tag("full")
    void shouldHoldTheInvariantsInManyLivesInAStoreThatCannotAppend() {
        liveWithoutAppend(100, 100);
    }

    @Test
    @Tag("long")
    void shouldHoldTheInvariantsInVeryManyLives() {
        live(10_000, 50_000);
    }

    @Test
    @Tag("long")
    void shouldHoldTheInvariantsInVeryManyLivesInAStoreThatCannotAppend() {
        liveWithoutAppend(10_000, 50_000);
    }

    @Test
    void shouldLiveTheSameLifeWhenTheSeedIsTheSame() {
        Lives.assertSame(4, seed -> Simulation.run(seed, UnaryOperator.identity()));
        Lives.assertSame(2, seed -> Simulation.runWithoutAppend(seed, UnaryOperator.identity()));
    }

    /** A test of this test: outputs that discard and take back whatever is there of a batch. */
    @Test
    void shouldNoticeOutputsThatTakeWhatASuccessorHasStaged() {
        Lives.assertNoticed(
                "an output that does not look at epochs",
                seed -> Simulation.run(seed, UnaryOperator.identity(), new Sink(false)));
    }

    /** A test of this test: with a broken protocol it fails, and soon. */
    @ParameterizedTest
    @EnumSource
    void shouldNoticeABrokenProtocol(Mutation mutation) {
        InterposedLog.install(mutation::over);
        try {
            Lives.assertNoticed(mutation, seed -> Simulation.run(seed, mutation::over));
        } finally {
            InterposedLog.uninstall();
        }
    }
}
