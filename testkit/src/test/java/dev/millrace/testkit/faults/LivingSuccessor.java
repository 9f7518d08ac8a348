/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.rdd.TaskContext;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.FileFault;
import dev.millrace.testkit.FileOperation;
import java.io.IOException;
import java.util.Random;

/**
 * A second program, which takes the checkpoint over while the first is asleep right before one of its steps, and runs
 * batches until it ends or dies before one of its own steps. Then the first wakes, and takes its step. Steps are
 * operations on the disk, and what outputs do. Often the first falls asleep before it discards or takes back, and the
 * second dies while it publishes: there they can do each other most harm.
 */
final class LivingSuccessor implements FileFault, SimulatedProgram.Watch {
    private static final int MOST_STEPS = 90;
    private static final int MOST_DISCARDS = 6;
    private static final int MOST_PARTS = 4;

    private final FaultyFileStore disk;
    private final Runnable life;
    private final boolean asleepWhenDiscarding;
    private final boolean diesPublishing;
    private int untilAsleep;
    private int untilDeath;
    private Turn turn = Turn.FIRST;
    private long taken;

    private enum Turn {
        FIRST,
        SECOND,
        OVER
    }

    /** @param life the second program from its start to its end */
    LivingSuccessor(FaultyFileStore disk, Random random, Runnable life) {
        this.disk = disk;
        this.life = life;
        asleepWhenDiscarding = random.nextBoolean();
        diesPublishing = random.nextInt(3) > 0;
        untilAsleep = 1 + random.nextInt(asleepWhenDiscarding ? MOST_DISCARDS : MOST_STEPS);
        untilDeath = 1 + random.nextInt(diesPublishing ? MOST_PARTS : 2 * MOST_STEPS);
    }

    @Override
    public void before(FileOperation operation, String path) throws IOException {
        step(false, false);
    }

    @Override
    public void staging(long batch, boolean written) throws IOException {
        step(false, false);
    }

    @Override
    public void publishing(long batch) throws IOException {
        step(false, true);
    }

    @Override
    public void discarding(long batch) throws IOException {
        step(true, false);
    }

    private void step(boolean discards, boolean publishes) throws IOException {
        if (turn == Turn.SECOND) {
            if (untilDeath > 0 && (publishes || !diesPublishing)) {
                untilDeath--;
            }
            if (untilDeath == 0) {
                throw new IOException("the power has failed"); // it is dead, and all else it tries fails too
            }
        } else if (turn == Turn.FIRST
                && TaskContext.get() == null // no other program can run inside a task
                && (discards || !asleepWhenDiscarding)
                && --untilAsleep == 0) {
            long owners = owner();
            turn = Turn.SECOND;
            life.run();
            turn = Turn.OVER;
            taken = owner() > owners ? owner() : 0;
        }
    }

    private long owner() {
        return disk.files().stream()
                .filter(path -> path.matches("owners/\\d{10}"))
                .mapToLong(path -> Long.parseLong(path.substring("owners/".length())))
                .max()
                .orElse(0);
    }

    /** True if the first has woken. */
    boolean isOver() {
        return turn == Turn.OVER;
    }

    /** True if the second came so far that it had the checkpoint; the first, asleep at its start, may have it again. */
    boolean hasTaken() {
        return taken > 0 && owner() == taken;
    }

    @Override
    public String toString() {
        return "asleep before " + (asleepWhenDiscarding ? "discard " : "step ") + untilAsleep + ", the other dies at "
                + (diesPublishing ? "part " : "step ") + untilDeath;
    }
}
