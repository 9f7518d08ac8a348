/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Processes killed from outside. {@code -Dmillrace.crash.seed} repeats a choice of moments, as far as the machine lets
 * it; {@code -Dmillrace.crash.kills} says how many the long layer does over all kinds.
 */
@Execution(ExecutionMode.CONCURRENT)
class RandomKillTest {
    private static final int FEW_BATCHES = 8;
    private static final int BATCHES = 24;

    private final long seed = Long.getLong("millrace.crash.seed", new Random().nextLong());

    @ParameterizedTest
    @EnumSource
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenKilledAtRandom(ProgramKind kind, @TempDir Path root) throws Exception {
        killed(kind, FEW_BATCHES, 2, root);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("full")
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenKilledAtTwentyRandomMoments(ProgramKind kind, @TempDir Path root)
            throws Exception {
        killed(kind, BATCHES, 20, root);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("crash-long")
    void shouldEqualAnUninterruptedRunWhenKilledHundredsOfTimes(ProgramKind kind, @TempDir Path root) throws Exception {
        killed(kind, BATCHES, Integer.getInteger("millrace.crash.kills", 1_000) / ProgramKind.values().length, root);
    }

    private void killed(ProgramKind kind, int batches, int wanted, Path root) throws Exception {
        System.out.println("millrace.crash.seed=" + seed);
        try (Scene scene = Scene.of(kind, batches, root)) {
            RandomKills kills = new RandomKills(scene, seed);
            try {
                kills.kill(wanted);
            } finally {
                System.out.println(kind + ": " + kills);
            }
        }
    }
}
