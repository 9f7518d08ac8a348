/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.error.CheckpointException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.checkpoint.BatchLog;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.program.ProgramAccess;
import dev.millrace.internal.runtime.Threads;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.FileFault;
import dev.millrace.testkit.FileOperation;
import dev.millrace.testkit.internal.GivenStores;
import dev.millrace.testkit.planted.InterposedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A program in real time that lives through what a seed says: its driver loop, batch thread and output pool are the real ones,
 * and {@link Turns} says which goes on; the clock stands until it is told to pass. Between their turns data arrives, tasks and
 * the disk fail, a batch is slow, the process pauses, somebody sets the wall clock, stops the program, or pulls the plug; and it is started
 * again. After each turn {@link LineWatch} has looked on, and whenever the disk has changed the {@link Invariants} are checked.
 * The same seed gives the same run.
 */
final class DriverLoopSimulation implements Invariants.Course {
    private static final int EVENTS = 80; // in all lives
    private static final long INTERVAL_NANOS = LineWatch.INTERVAL * 1_000_000;
    private static final Duration DEADLINE = Duration.ofMinutes(5); // enough for a hundred batches, if none hangs
    private static final int MOST_TURNS_TO_END = 20_000;
    private static final long SPREAD = 0x9E3779B97F4A7C15L; // the first numbers of near seeds are alike
    private static final String BATCH = "millrace-batch";
    private static final Set<String> BESIDE_BATCHES = Set.of("millrace-driver", "millrace-stop", "millrace-listeners");

    /** What may happen between two turns, with how likely it is. */
    enum Event {
        TIME(40),
        DATA(30),
        SLOW_BATCH(4),
        HANGING_TASKS(1),
        PAUSE(3),
        CLOCK_SET(2),
        TASK_FAILURE(4),
        DISK_FAULT(2),
        DISK_FULL(1),
        POWER_FAILURE(2),
        KILL(2),
        TAKEOVER(2),
        STOP(4);

        private final int weight;

        Event(int weight) {
            this.weight = weight;
        }

        static Event next(Random random) {
            return Lives.pick(random, List.of(values()), event -> event.weight);
        }
    }

    /** Puts something between the program and what it stands on, to break it. */
    interface Breakage {
        default Threads over(Threads threads) {
            return threads;
        }

        default BatchLog over(BatchLog checkpoint) {
            return checkpoint;
        }

        Breakage NONE = new Breakage() {};
    }

    private final Random random;
    private final Breakage breakage;
    private final List<String> history = new ArrayList<>();
    private final ToldClock clock = new ToldClock();
    private final Sink sink = new Sink();
    private final SimulatedProgram program = new SimulatedProgram(sink);
    private final Invariants invariants = new Invariants(sink, this);
    private final ArrivingNumbers.Arrivals arrivals;
    private final int concurrentJobs;
    private final List<Long> planned = new ArrayList<>();
    private FaultyFileStore disk;
    private @Nullable Life life;
    private int eventsLeft = EVENTS;

    private DriverLoopSimulation(FaultyFileStore disk, long seed, Breakage breakage) {
        this.disk = disk;
        this.breakage = breakage;
        random = new Random(seed * SPREAD);
        arrivals = new ArrivingNumbers.Arrivals(seed % 2 == 1);
        concurrentJobs = 1 + (int) (seed % 3);
    }

    /**
     * Lives through what a seed says.
     *
     * @return what has happened
     * @throws AssertionError if an invariant does not hold, with the seed and what has happened
     */
    static List<String> run(long seed, Breakage breakage) {
        return run(new FaultyFileStore(), seed, breakage);
    }

    /** The same in a store in which each sync of a log is a file. */
    static List<String> runWithoutAppend(long seed) {
        return run(FaultyFileStore.withoutAppend(), seed, Breakage.NONE);
    }

    private static List<String> run(FaultyFileStore disk, long seed, Breakage breakage) {
        DriverLoopSimulation simulation = new DriverLoopSimulation(disk, seed, breakage);
        InterposedLog.install(simulation::over);
        try {
            return Lives.tell(seed, simulation.history, simulation::run);
        } finally {
            InterposedLog.uninstall();
            if (simulation.life != null) {
                simulation.life.turns.abandon();
            }
        }
    }

    private BatchLog over(BatchLog checkpoint) {
        Life now = life;
        return now == null ? checkpoint : now.watch.over(breakage.over(checkpoint));
    }

    private void run() throws Exception {
        while (eventsLeft > 0) {
            if (start()) {
                live();
            }
        }
        eventsLeft = 0;
        disk.noFault().room(Long.MAX_VALUE);
        program.failTask(0, false);
        assertThat(start()).isTrue();
        clock.pass(INTERVAL_NANOS);
        settle();
        stop(DEADLINE);
        end();
        invariants.checkAllProcessed(arrivals.count());
    }

    @Override
    public List<Long> batches(long last) {
        return planned.stream().filter(time -> time <= last).toList();
    }

    @Override
    public long taken(CheckpointContents contents) {
        return ArrivingNumbers.taken(contents.position(SimulatedProgram.INPUT))
                - contents.plans().values().stream()
                        .map(slices -> slices.get(SimulatedProgram.INPUT).content())
                        .mapToLong(content -> content.isEmpty() ? 0 : (long) content.get(1) - (long) content.get(0))
                        .sum();
    }

    /** A program from its start to its end. */
    private final class Life {
        private final Turns turns = new Turns(clock);
        private final LineWatch watch;
        private final StreamingContext context;
        private final @Nullable CheckpointContents found;
        private @Nullable CompletableFuture<StopResult> stopped;
        private long deadlineNanos = Long.MAX_VALUE;
        private long slowUntil;
        private boolean killed;
        private boolean powerFails;

        Life() {
            found = found();
            planned.removeIf(time -> found == null
                    || time > LineWatch.milliseconds(found.lastDecided())
                            && found.plans().keySet().stream().noneMatch(plan -> plan.milliseconds() == time));
            watch = new LineWatch(turns, clock, disk, found, arrivals.isReceived(), planned);
            program.disk(disk);
            program.watchedBy(watch);
            context = ProgramAccess.programs()
                    .context(
                            new MillraceConf()
                                    .setMaster("local")
                                    .set("millrace.task.retryDelay", "0ms")
                                    .set("millrace.streaming.concurrentJobs", String.valueOf(concurrentJobs))
                                    .set("millrace.streaming.checkpoint.snapshotBytes", "1g")
                                    .set("millrace.streaming.checkpoint.directory", GivenStores.directoryOf(disk)),
                            Durations.milliseconds(LineWatch.INTERVAL),
                            clock);
            program.build(context);
            for (InputNode<?> input :
                    ProgramAccess.programs().driver(context).graph().inputs()) {
                replace(input);
            }
            context.addStreamingListener(watch);
        }

        @SuppressWarnings("unchecked") // the one input of the program
        private void replace(InputNode<?> input) {
            InputNode<Integer> numbers = (InputNode<Integer>) input;
            numbers.replaceBy(new ArrivingNumbers(numbers, arrivals, turns));
        }

        private @Nullable CheckpointContents found() {
            try {
                return Checkpoint.read(disk.copy());
            } catch (CheckpointException e) {
                assertThat(e).hasMessageContaining("no program has used it");
                return null;
            }
        }

        /** Whether a thread would be chosen now: those of a slow batch are not. */
        boolean isChosen(String thread) {
            return clock.nanos() >= slowUntil || BESIDE_BATCHES.contains(thread);
        }
    }

    /** Whether the program has started; a fault may hit that. */
    private boolean start() {
        Life next = new Life();
        life = next;
        history.add("START at " + clock.wallMillis());
        eventsLeft--;
        try {
            next.watch.starts();
            ProgramAccess.programs().driver(next.context).startOn(breakage.over(next.turns));
            return true;
        } catch (MillraceException e) {
            note(Simulation.withoutProcess(e));
            if (!Simulation.isInjected(e)) {
                throw e;
            }
            next.context.stop();
            disk.noFault().room(Long.MAX_VALUE);
            return false;
        }
    }

    /** Lets things happen until the program has ended. */
    private void live() throws InterruptedException {
        Life now = life;
        while (eventsLeft > 0 && !now.turns.isOver()) {
            if (now.turns.isReady(now::isChosen) && random.nextInt(8) > 0) {
                turn(now::isChosen);
            } else {
                eventsLeft--;
                happen(Event.next(random));
            }
            check();
        }
        if (!now.turns.isOver()) {
            stop(DEADLINE);
        }
        end();
    }

    private void turn(Predicate<String> chosen) throws InterruptedException {
        life.turns.next(random, chosen);
    }

    private void note(String what) {
        history.add(history.remove(history.size() - 1) + ", " + what);
    }

    private void happen(Event event) throws InterruptedException {
        history.add(event.name());
        switch (event) {
            case TIME -> pass(random.nextInt(3) == 0 ? INTERVAL_NANOS : random.nextInt((int) INTERVAL_NANOS));
            case DATA -> arrivals.arrive(1 + random.nextInt(3));
            case SLOW_BATCH -> {
                life.slowUntil = clock.nanos() + random.nextInt(5) * INTERVAL_NANOS;
                note("until " + life.slowUntil);
            }
            case HANGING_TASKS -> life.watch.hang();
            case PAUSE ->
                pass((random.nextInt(12) == 0 ? 99 + random.nextInt(4) : random.nextInt(6)) * INTERVAL_NANOS
                        + random.nextInt((int) INTERVAL_NANOS));
            case CLOCK_SET -> {
                long by = (random.nextInt(11) - 5) * INTERVAL_NANOS;
                note("by " + by);
                clock.set(by);
            }
            case TASK_FAILURE -> program.failTask(1 + random.nextInt(6), random.nextBoolean());
            case DISK_FAULT -> {
                FileOperation[] operations = FileOperation.values();
                FileOperation operation = operations[random.nextInt(operations.length)];
                int nth = 1 + random.nextInt(20);
                note(operation + " " + nth);
                disk.fault(FileFault.failing(operation, "", nth));
            }
            case DISK_FULL -> disk.room(random.nextInt(1500));
            case POWER_FAILURE -> die(true);
            case KILL -> die(false);
            case TAKEOVER -> takeOver();
            case STOP -> stop(deadline());
        }
    }

    private void pass(long nanos) {
        note(nanos + " ns");
        clock.pass(nanos);
    }

    private Duration deadline() {
        return switch (random.nextInt(4)) {
            case 0 -> Duration.ZERO;
            case 1 -> Duration.ofMillis(random.nextInt(500));
            case 2 -> Duration.ofMillis(random.nextInt(10_000));
            default -> Duration.ofSeconds(Long.MAX_VALUE);
        };
    }

    /** Another program takes the checkpoint at one of the next operations on the disk. */
    private void takeOver() {
        if (!life.watch.isTakenOver()) {
            int operation = 1 + random.nextInt(40);
            note("at operation " + operation);
            SecondOwner second = new SecondOwner(disk, operation);
            disk.fault(second);
            life.watch.isTakenOverBy(second);
        }
    }

    private void die(boolean power) {
        if (!life.killed && !life.powerFails) {
            int operations = 1 + random.nextInt(40);
            note("at operation " + operations);
            disk.powerFailsAt(operations);
            life.killed = !power;
            life.powerFails = power;
        }
    }

    /** Somebody stops the program, from a thread of his own, which waits. */
    private void stop(Duration deadline) throws InterruptedException {
        note("within " + deadline);
        Life now = life;
        CompletableFuture<StopResult> result = new CompletableFuture<>();
        long due = clock.nanos()
                + Math.min(deadline.getSeconds(), TimeUnit.DAYS.toSeconds(365)) * 1_000_000_000L
                + deadline.getNano();
        now.deadlineNanos = Math.min(now.deadlineNanos, due);
        Thread stopping = new Thread(() -> {
            try {
                result.complete(now.context.stop(deadline));
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        stopping.setDaemon(true);
        now.turns.forgetPosted();
        stopping.start();
        now.turns.awaitPosted();
        now.stopped = now.stopped == null ? result : now.stopped;
    }

    /** Turns without events until all threads wait for the time to pass. */
    private void settle() throws InterruptedException {
        for (int i = 0; life.turns.isReady(thread -> true); i++) {
            assertThat(i).as("turns until everything waits").isLessThan(MOST_TURNS_TO_END);
            turn(thread -> true);
            check();
        }
    }

    /** Turns, and time passes, until the program has ended; looks at how. */
    private void end() throws InterruptedException {
        Life now = life;
        for (int i = 0; !now.turns.isOver(); i++) {
            assertThat(i).as("turns until the program has ended: %s", now.turns).isLessThan(MOST_TURNS_TO_END);
            if (now.turns.isReady(thread -> true)) {
                turn(thread -> true);
                check();
            } else {
                clock.pass(INTERVAL_NANOS);
            }
        }
        now.context.stop();
        checkEnd(now);
        if (now.killed || now.powerFails) {
            disk = now.killed ? disk.afterKill() : disk.afterPowerFailure(random.nextLong());
        }
        disk.noFault().room(Long.MAX_VALUE);
        invariants.check(disk, random.nextLong());
    }

    private void check() {
        Life now = life;
        assertThat(now.watch.broken()).isEmpty();
        assertThat(now.turns.isInterruptLeft())
                .as("a thread is left interrupted")
                .isFalse();
        if (now.watch.hasWritten() && random.nextInt(4 + planned.size() / 10) == 0) { // it reads the whole disk
            invariants.check(disk, random.nextLong());
        }
        boolean settled = !now.turns.isReady(thread -> true) && !now.watch.isHanging();
        if (now.stopped == null && settled && !now.turns.isOver()) {
            assertThat(now.turns.unfinished(BATCH))
                    .as("batches that nobody goes on with")
                    .isZero();
            assertThat(now.watch.underWay())
                    .as("batches under way, as listeners know")
                    .isZero();
            assertThat(now.watch.isBehind())
                    .as("a batch is due, and nobody plans it")
                    .isFalse();
            assertThat(LineWatch.milliseconds(now.context.lastBatchTime().orElse(null)))
                    .as("the last batch that is complete")
                    .isEqualTo(now.watch.completed());
        }
    }

    private void checkEnd(Life now) {
        assertThat(now.watch.broken()).isEmpty();
        RuntimeException failure = now.context.failure().orElse(null);
        if (failure != null) {
            note("failed: " + Simulation.withoutProcess(failure));
            assertThat(Simulation.isInjected(failure) || now.watch.isTakenOver() && Simulation.isFenced(failure))
                    .as("%s", failure)
                    .isTrue();
            return;
        }
        assertThat(now.stopped).as("nobody has stopped it").isNotNull();
        StopResult result = now.stopped.join();
        note(result.toString());
        boolean late = clock.nanos() >= now.deadlineNanos;
        CheckpointContents left = now.found();
        boolean isLeft = left != null && !left.plans().isEmpty();
        if (result == StopResult.FINISHED) {
            assertThat(isLeft).as("batches are left").isFalse();
            assertThat(ArrivingNumbers.taken(left == null ? null : left.position(SimulatedProgram.INPUT)))
                    .as("numbers that were taken of those received")
                    .isGreaterThanOrEqualTo(late || !arrivals.isReceived() ? 0 : arrivals.atStop());
        } else {
            assertThat(late).as("rolled back before the deadline").isTrue();
            boolean isVoid = now.watch.isTakenOver(); // what a fenced program has planned is not there
            assertThat(isLeft || isVoid || arrivals.isReceived())
                    .as("rolled back")
                    .isTrue();
        }
    }
}
