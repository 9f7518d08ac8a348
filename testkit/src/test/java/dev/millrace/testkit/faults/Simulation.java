/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.Reading;
import dev.millrace.internal.checkpoint.Rollback;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StreamingContextState;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.FileFault;
import dev.millrace.testkit.FileOperation;
import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.StreamTestSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A program that lives through what a seed says, one event after the other on one thread: data comes, batches run, tasks fail and
 * are tried again, the disk fails, is full, or is torn by a power failure, the process dies and starts again, another one
 * takes over. Planner, runner, outputs, checkpoint and engine are the real ones, in virtual time. After each event the
 * {@link Invariants} are checked. The same seed gives the same run.
 */
final class Simulation {
    private static final int EVENTS = 40;
    private static final int MOST_OPERATIONS = 90; // of about four batches
    private static final String TAKEOVER = "millrace.streaming.checkpoint.takeover";
    private static final long SPREAD = 0x9E3779B97F4A7C15L; // the first numbers of near seeds are alike

    /** What may happen, with how likely it is. */
    enum Event {
        DATA(30),
        BATCHES(30),
        POWER_FAILURE(10),
        KILL(6),
        DISK_FAULT(8),
        DISK_FULL(4),
        RESTART(4),
        TASK_FAILURE(5),
        LATE_WRITE(3),
        TAKEOVER(5),
        ROLLBACK(4),
        OLDER_COPY(6),
        LOST_END(4);

        private final int weight;

        Event(int weight) {
            this.weight = weight;
        }

        static Event next(Random random) {
            return Lives.pick(random, List.of(values()), event -> event.weight);
        }
    }

    private final long seed;
    private final Random random;
    private final UnaryOperator<FileStore> broken;
    private final List<String> history = new ArrayList<>();
    private final Sink sink;
    private final SimulatedProgram program;
    private final Invariants invariants;
    private final StreamTestSetup setup = StreamTestDriver.setup()
            .master("local")
            .set("millrace.streaming.checkpoint.snapshotBytes", "600")
            .observeOnly();
    private FaultyFileStore disk;
    private @Nullable FaultyFileStore backup;
    private boolean takesOver;

    private Simulation(FaultyFileStore disk, long seed, UnaryOperator<FileStore> broken, Sink sink) {
        this.disk = disk;
        this.seed = seed;
        this.sink = sink;
        program = new SimulatedProgram(sink);
        invariants = new Invariants(sink, program);
        this.broken = broken;
        random = new Random(seed * SPREAD);
        if (seed % 3 == 0) {
            setup.set("millrace.memory.budget", "1"); // all that can be is spilled
        }
    }

    /**
     * Lives through what a seed says.
     *
     * @param broken what stands between the program and its disk, to break it
     * @return what has happened
     * @throws AssertionError if an invariant does not hold, with the seed and what has happened
     */
    static List<String> run(long seed, UnaryOperator<FileStore> broken) {
        return run(seed, broken, new Sink());
    }

    /** The same with outputs that go there. */
    static List<String> run(long seed, UnaryOperator<FileStore> broken, Sink sink) {
        return run(new FaultyFileStore(), seed, broken, sink);
    }

    /** The same in a store in which each sync of a log is a file. */
    static List<String> runWithoutAppend(long seed, UnaryOperator<FileStore> broken) {
        return run(FaultyFileStore.withoutAppend(), seed, broken, new Sink());
    }

    private static List<String> run(FaultyFileStore disk, long seed, UnaryOperator<FileStore> broken, Sink sink) {
        Simulation simulation = new Simulation(disk, seed, broken, sink);
        return Lives.tell(seed, simulation.history, simulation::run);
    }

    private void run() {
        mount();
        try (StreamTestDriver first = setup.run(program)) {
            for (int i = 0; i < EVENTS; i++) {
                happen(Event.next(random), first);
                invariants.check(disk, seed + i);
            }
            disk.noFault().room(Long.MAX_VALUE);
            restart(first);
            first.advanceBatches(program.fed() + 1);
            invariants.check(disk, seed);
            invariants.checkAllProcessed(program.lastNumber());
        }
    }

    private void startOn(FaultyFileStore next, StreamTestDriver running) {
        disk = next;
        mount();
        restart(running);
    }

    private void mount() {
        program.disk(disk);
        setup.fileStore(broken.apply(disk));
    }

    private void happen(Event event, StreamTestDriver running) {
        history.add(event.name());
        switch (event) {
            case DATA -> program.feed(running.input(SimulatedProgram.INPUT), 1 + random.nextInt(3), random);
            case BATCHES -> {
                ensureRunning(running);
                runBatches(running, 1 + random.nextInt(3));
            }
            case POWER_FAILURE -> {
                dieWithin(running);
                startOn(disk.afterPowerFailure(random.nextLong()), running);
            }
            case KILL -> {
                dieWithin(running);
                startOn(disk.afterKill(), running);
            }
            case DISK_FAULT -> {
                FileOperation[] operations = FileOperation.values();
                FileOperation operation = operations[random.nextInt(operations.length)];
                int nth = 1 + random.nextInt(20);
                note(operation + " " + nth);
                disk.fault(FileFault.failing(operation, "", nth));
            }
            case DISK_FULL -> {
                disk.room(random.nextInt(1500));
                ensureRunning(running);
                runBatches(running, 3);
                disk.room(Long.MAX_VALUE);
            }
            case RESTART -> restart(running);
            case TASK_FAILURE -> program.failTask(1 + random.nextInt(6), random.nextBoolean());
            case LATE_WRITE -> sink.lateWrite(random);
            case TAKEOVER -> takeOver(running);
            case ROLLBACK -> rollBack(running);
            case OLDER_COPY -> startOlderCopy();
            case LOST_END -> note(invariants.checkLostEnd(disk.copy(), random));
        }
    }

    /** Another program takes the checkpoint in the middle of one of the next batches, and ends or dies. */
    private void takeOver(StreamTestDriver running) {
        ensureRunning(running);
        if (!isActive(running)) {
            return; // a start after the other's end would rightly have the checkpoint again
        }
        if (random.nextInt(3) > 0) {
            meetSuccessor(running, () -> runBatches(running, 1));
            return;
        }
        int operation = 1 + random.nextInt(MOST_OPERATIONS);
        note("at operation " + operation);
        SecondOwner second = new SecondOwner(disk, operation);
        disk.fault(second);
        takesOver = true;
        while (isActive(running) && !second.hasTaken()) {
            runBatches(running, 1);
        }
        runBatches(running, 1); // if that was after the last look of the batch
        takesOver = false;
        disk.noFault();
        if (isActive(running) && second.hasTaken()) {
            throw new AssertionError("a program goes on that was fenced");
        }
        invariants.check(disk, seed);
        restart(running);
    }

    /** The program falls asleep while it does something again and again, and wakes when another has lived with its checkpoint. */
    private void meetSuccessor(StreamTestDriver running, Runnable something) {
        int batches = 1 + random.nextInt(3);
        LivingSuccessor second = new LivingSuccessor(disk, random, () -> liveAsSuccessor(batches));
        note(second.toString());
        disk.fault(second);
        program.watchedBy(second);
        takesOver = true;
        something.run();
        while (isActive(running) && !second.isOver()) {
            runBatches(running, 1);
        }
        runBatches(running, 1); // if that was after the last look of the batch
        takesOver = false;
        disk.noFault();
        program.watchedBy(new SimulatedProgram.Watch() {});
        if (isActive(running) && second.hasTaken()) {
            throw new AssertionError("a program goes on that was fenced");
        }
        invariants.check(disk, seed);
        restart(running);
    }

    private void liveAsSuccessor(int batches) {
        setup.set(TAKEOVER, "true");
        StreamTestDriver second = setup.run(program);
        program.feedAgain(second.input(SimulatedProgram.INPUT));
        failing(() -> second.advanceBatches(batches));
        failing(second::close);
        setup.set(TAKEOVER, "false");
    }

    private static boolean isActive(StreamTestDriver running) {
        return running.context().getState() == StreamingContextState.ACTIVE;
    }

    /** The program goes back to a batch. The power may fail meanwhile, or when it starts again. */
    private void rollBack(StreamTestDriver running) {
        failing(() -> running.context().stop());
        disk.noFault();
        List<BatchTime> kept = Reading.kept(disk);
        if (kept.isEmpty()) {
            return;
        }
        BatchTime to = kept.get(random.nextInt(kept.size()));
        note("to " + to);
        boolean dies = random.nextInt(3) == 0;
        if (dies) {
            int operations = 1 + random.nextInt(MOST_OPERATIONS);
            note("power fails at operation " + operations);
            disk.powerFailsAt(operations);
        }
        sink.rolledBackTo(to.milliseconds());
        failing(() -> Rollback.carryOut(disk, to, plans -> {}));
        if (!dies && random.nextBoolean()) {
            invariants.check(disk, seed);
            meetSuccessor(running, () -> restart(running));
        } else if (dies) {
            restart(running);
            startOn(disk.afterPowerFailure(random.nextLong()), running);
        } else {
            invariants.check(disk, seed);
            restart(running);
        }
    }

    /** The disk is copied, or a program starts on an earlier copy: it may not publish again what was published since. */
    private void startOlderCopy() {
        FaultyFileStore copy = backup;
        backup = copy == null ? disk.copy() : null;
        CheckpointContents then = copy == null ? null : Checkpoint.peek(copy);
        if (then == null || then.isNew() || sink.lastVisible(then.toRetract()) <= Invariants.lastDecided(then)) {
            return; // nothing was published since, or the copy has no id yet
        }
        program.disk(copy);
        setup.fileStore(copy);
        try (StreamTestDriver other = setup.run(program)) {
            other.advanceBatches(0);
            throw new AssertionError(
                    "a program starts on a copy of the checkpoint that is older than what is published");
        } catch (CheckpointException e) {
            assertThat(e).hasMessageContaining("It is an older copy, or has lost what it decided last");
            note("refused");
        } finally {
            mount();
        }
    }

    private void note(String what) {
        history.add(history.remove(history.size() - 1) + ", " + what);
    }

    /** Runs batches until the power fails at one of the next operations. */
    private void dieWithin(StreamTestDriver running) {
        int operations = 1 + random.nextInt(MOST_OPERATIONS);
        note("at operation " + operations);
        disk.powerFailsAt(operations);
        for (int i = 0; i < MOST_OPERATIONS && !disk.isDead(); i++) {
            ensureRunning(running);
            runBatches(running, 1);
        }
        if (!disk.isDead()) {
            throw new AssertionError("the power did not fail");
        }
    }

    private void runBatches(StreamTestDriver running, int count) {
        if (running.context().getState() == StreamingContextState.STOPPED) {
            return; // a fault has stopped it: the next start goes on
        }
        failing(() -> running.advanceBatches(count));
    }

    private void ensureRunning(StreamTestDriver running) {
        for (int i = 0; i < 3 && !disk.isDead() && !isActive(running); i++) {
            restart(running); // the one fault that is injected may hit the start
        }
    }

    private void restart(StreamTestDriver running) {
        failing(running::restart);
    }

    /** What is injected may fail it, and nothing else. */
    private void failing(Runnable work) {
        try {
            work.run();
        } catch (MillraceException e) {
            note(withoutProcess(e));
            if (!isInjected(e) && !(takesOver && (isFenced(e) || isClaiming(e)))) {
                throw e;
            }
        }
    }

    /** A message of which nothing differs from run to run. */
    static String withoutProcess(Throwable e) {
        return String.valueOf(e.getMessage())
                .replaceAll("by process .* since [^;]*", "")
                .replaceAll(" since [0-9TZ:-]+", "")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "...");
    }

    /** Returns whether a program was refused because another one fell asleep in the middle of taking the checkpoint. */
    static boolean isClaiming(Throwable e) {
        return String.valueOf(e.getMessage()).contains("another program is just starting")
                || e.getCause() != null && isClaiming(e.getCause());
    }

    /** Whether a program has failed because another has taken its checkpoint. */
    static boolean isFenced(Throwable e) {
        return String.valueOf(e.getMessage()).contains("was taken over by")
                || e.getCause() != null && isFenced(e.getCause());
    }

    /** Whether what has failed is what a simulation has let fail. */
    static boolean isInjected(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("injected failure")
                || message.contains("an earlier write of this file failed")
                || message.contains("No space left on device")
                || message.contains("the power has failed")
                || e.getCause() != null && isInjected(e.getCause());
    }
}
