/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.internal.crash.CrashPoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Kills at seeded random moments, in as many runs as they need. The kills of one run are spread so that together they
 * reach from its first step to its last.
 */
final class RandomKills {
    private static final int KILLS_A_RUN = 20;
    private static final long MOST_NANOS = 3_000_000;

    private final Scene scene;
    private final @Nullable BrokenProtocol mutation;
    private final Random random;
    private final Map<CrashPoint, Integer> lastPoints = new EnumMap<>(CrashPoint.class);
    private final List<Integer> batchesAtKill = new ArrayList<>();
    private int kills;
    private int runs;

    RandomKills(Scene scene, long seed) {
        this(scene, null, seed);
    }

    /** Kills processes that use a broken protocol. */
    RandomKills(Scene scene, @Nullable BrokenProtocol mutation, long seed) {
        this.scene = scene;
        this.mutation = mutation;
        random = new Random(seed);
    }

    void kill(int wanted) throws IOException, InterruptedException {
        while (kills < wanted) {
            runs++;
            CrashRun run = mutation == null ? scene.run() : scene.run().with(mutation);
            int inThisRun = 0;
            while (kills < wanted && inThisRun < KILLS_A_RUN && !run.isDone()) {
                if (kill(run, Math.min(wanted, KILLS_A_RUN))) {
                    inThisRun++;
                }
            }
            run.finish().mustEqual(scene.uninterrupted());
        }
    }

    private boolean kill(CrashRun run, int planned) throws IOException, InterruptedException {
        int steps = random.nextInt(2 * scene.steps() / (planned + 1) + 1);
        ChildProcess.Life life = run.live(new Death.Kill(steps, (long) (random.nextDouble() * MOST_NANOS)));
        if (life.killed()) {
            kills++;
            batchesAtKill.add(run.batches());
            List<CrashPoint> reached = life.reached();
            if (!reached.isEmpty()) {
                lastPoints.merge(reached.get(reached.size() - 1), 1, Integer::sum);
            }
        }
        return life.killed();
    }

    @Override
    public String toString() {
        return kills + " kills in " + runs + " runs of " + scene.steps() + " steps; last points told: " + lastPoints
                + "; batches visible at each kill: " + batchesAtKill;
    }
}
