/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that tick in real time, faster than they can work, so that a kill finds many planned batches. Batch times
 * differ from run to run; what the outputs say in their order does not.
 */
class RealTimeKillTest {
    private static final int BATCHES = 16;
    private static final int INTERVAL_MILLIS = 4;

    private final long seed = Long.getLong("millrace.crash.seed", new Random().nextLong());

    @TempDir
    private Path root;

    @Test
    @Tag("crash")
    void shouldSayTheSameAsAnUninterruptedRunWhenBatchesQueueUpAndTheProcessIsKilled() throws Exception {
        System.out.println("millrace.crash.seed=" + seed);
        Random random = new Random(seed);
        Scene scene = Scene.slice(BATCHES, root);
        CrashRun run = scene.run().inRealTime(INTERVAL_MILLIS);
        for (int kill = 0; kill < 5 && !run.isDone(); kill++) {
            run.live(new Death.Kill(random.nextInt(scene.steps() / 5), random.nextInt(2_000_000)));
        }
        Outcome outcome = run.finish();

        outcome.mustBeWhole();
        assertThat(outcome.story("counts")).isEqualTo(scene.uninterrupted().story("counts"));
        assertThat(outcome.story("totals")).isEqualTo(scene.uninterrupted().story("totals"));
        for (String kept : new String[] {"totals:", "lines at"}) {
            assertThat(withoutTimes(outcome.finalState(kept)))
                    .isEqualTo(withoutTimes(scene.uninterrupted().finalState(kept)));
        }
    }

    /** Positions of files end in the times of batches, which differ from the uninterrupted run in virtual time. */
    private static List<String> withoutTimes(List<String> state) {
        return state.stream().map(line -> line.replaceAll(", \\d+]", "]")).toList();
    }
}
