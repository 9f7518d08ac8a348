/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Takeovers under receivers: programs with a receiver that stores with positions, and one that is silent, are stopped, taken
 * over from, woken and killed; no start is refused, nothing is lost, and nothing is doubled.
 */
class TakeoverKillTest {
    private final long seed = Long.getLong("millrace.crash.seed", new Random().nextLong());

    @TempDir
    private Path root;

    private void killed(int wanted) throws Exception {
        System.out.println("millrace.crash.seed=" + seed);
        long begin = System.nanoTime();
        try (TakeoverKills kills = new TakeoverKills(root, seed)) {
            try {
                kills.kill(wanted);
            } finally {
                System.out.println(kills + " in " + (System.nanoTime() - begin) / 1_000_000_000 + " s");
            }
        }
    }

    @Test
    @Tag("crash")
    void shouldBeExactWhenProgramsAreStoppedAndTakenOverFrom() throws Exception {
        killed(6);
    }

    @Test
    @Tag("full")
    @Tag("crash")
    void shouldBeExactWhenFortyProgramsAreStoppedAndTakenOverFrom() throws Exception {
        killed(40);
    }

    @Test
    @Tag("crash-long")
    void shouldBeExactWhenAThousandProgramsAreStoppedAndTakenOverFrom() throws Exception {
        killed(Integer.getInteger("millrace.crash.kills", 1000));
    }
}
