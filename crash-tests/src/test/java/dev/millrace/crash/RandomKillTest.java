/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes killed from outside. {@code -Dmillrace.crash.seed} repeats a choice of moments, as far as the machine lets
 * it; {@code -Dmillrace.crash.kills} says how many the long layer does.
 */
class RandomKillTest {
    private static final int BATCHES = 24;

    private final long seed = Long.getLong("millrace.crash.seed", new Random().nextLong());

    @TempDir
    private Path root;

    @Test
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenKilledAtTwentyRandomMoments() throws Exception {
        killed(Scene.slice(BATCHES, root), 20);
    }

    @Test
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenAProgramWithQueueAndWindowIsKilled() throws Exception {
        killed(Scene.queue(BATCHES, root), 6);
    }

    @Test
    @Tag("full")
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenAProgramWithQueueAndTimeoutsIsKilled() throws Exception {
        killed(Scene.sessions(BATCHES, root), 20);
    }

    @Test
    @Tag("crash-long")
    void shouldEqualAnUninterruptedRunWhenKilledHundredsOfTimes() throws Exception {
        int kills = Integer.getInteger("millrace.crash.kills", 300);
        killed(Scene.slice(BATCHES, root.resolve("slice")), kills);
        killed(Scene.queue(BATCHES, root.resolve("queue")), kills / 4);
        killed(Scene.sessions(BATCHES, root.resolve("sessions")), kills / 4);
    }

    private void killed(Scene scene, int wanted) throws Exception {
        System.out.println("millrace.crash.seed=" + seed);
        RandomKills kills = new RandomKills(scene, seed);
        try {
            kills.kill(wanted);
        } finally {
            System.out.println(kills);
        }
    }
}
