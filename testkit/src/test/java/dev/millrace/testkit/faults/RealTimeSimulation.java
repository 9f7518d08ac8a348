/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.checkpoint.BatchLog;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.program.ProgramAccess;
import dev.millrace.internal.threads.Threads;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.ContextsByClock;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.FileFault;
import dev.millrace.testkit.FileOperation;
import dev.millrace.testkit.internal.GivenStores;
import dev.millrace.testkit.planted.InterposedLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Programs in real time that live through what a seed says, all on one thread ({@link OneThread}): their driver loop, batch
 * thread, output pool, receiver, log of received data, and the background that folds their journals are the real ones. The clock stands
 * until it is told to pass. In between, and in the middle of whatever anybody does, data arrives, tasks and the disk fail, the process
 * pauses, somebody sets the wall clock, stops the program, or pulls the plug; and another program takes the checkpoint over and
 * runs beside the one that has lost it. {@link LineWatch} looks on, and whenever the disk has changed the {@link Invariants} may be checked.
 * The same seed gives the same run.
 */
final class RealTimeSimulation implements Invariants.Course {
    private static final int EVENTS = 60; // in all lives
    private static final int MOST_LIVES = 3; // at a time
    private static final long INTERVAL_NANOS = LineWatch.INTERVAL * 1_000_000;
    private static final Duration DEADLINE = Duration.ofMinutes(5); // enough for a hundred batches, if none hangs
    private static final int MOST_TURNS_TO_END = 20_000;
    private static final long SPREAD = 0x9E3779B97F4A7C15L; // the first numbers of near seeds are alike
    private static final long MOST_MEMORY = 3_000;
    private static final String MARKS = "marks";

    /** What may happen, with how likely it is. */
    enum Event {
        TIME(40),
        DATA(30),
        HANGING_TASKS(1),
        PAUSE(3),
        CLOCK_SET(2),
        TASK_FAILURE(3),
        DISK_FAULT(3),
        DISK_FULL(1),
        POWER_FAILURE(3),
        KILL(2),
        TAKEOVER(6),
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
    private final OneThread thread;
    private final Sink sink = new Sink();
    private final SimulatedProgram program = new SimulatedProgram(sink);
    private final Invariants invariants = new Invariants(sink, this);
    private final boolean receives;
    private final NumberSource.Arrivals arrivals = new NumberSource.Arrivals();
    private final int concurrentJobs;
    private final Set<Long> noted = new TreeSet<>(); // the batches that an output has seen which runs at least once
    private final List<Life> lives = new ArrayList<>();
    private FaultyFileStore disk;
    private FileFault fault = (operation, path) -> {};
    private SegmentWatch segments = new SegmentWatch(() -> disk);
    private @Nullable Life starting;
    private int eventsLeft = EVENTS;
    private boolean dying;
    private boolean killed;
    private long batches;

    private RealTimeSimulation(FaultyFileStore disk, long seed, Breakage breakage) {
        this.disk = disk;
        this.breakage = breakage;
        random = new Random(seed * SPREAD);
        thread = new OneThread(random, clock, this::between);
        receives = seed % 3 > 0;
        concurrentJobs = 1 + (int) (seed % 5) / 3;
        mount();
    }

    /**
     * What a life was.
     *
     * @param history what has happened
     * @param batches how many batches were decided
     * @param steps how many steps were made
     */
    record Lived(List<String> history, long batches, int steps) {}

    /**
     * Lives through what a seed says.
     *
     * @throws AssertionError if an invariant does not hold, with the seed and what has happened
     */
    static Lived run(long seed, Breakage breakage) {
        return run(new FaultyFileStore(), seed, breakage);
    }

    /** The same in a store in which each sync of a log is a file. */
    static Lived runWithoutAppend(long seed, Breakage breakage) {
        return run(FaultyFileStore.withoutAppend(), seed, breakage);
    }

    private static Lived run(FaultyFileStore disk, long seed, Breakage breakage) {
        RealTimeSimulation simulation = new RealTimeSimulation(disk, seed, breakage);
        InterposedLog.install(simulation::over);
        try {
            Lives.tell(seed, simulation.history, simulation::run);
        } finally {
            InterposedLog.uninstall();
            Thread.interrupted();
        }
        return new Lived(simulation.history, simulation.batches, simulation.thread.steps());
    }

    private void mount() {
        disk.fault((operation, path) -> {
            thread.pause();
            segments.before(operation, path);
            fault.before(operation, path);
        });
    }

    private BatchLog over(BatchLog checkpoint) {
        Life now = starting;
        if (now == null) {
            return checkpoint;
        }
        now.owns((Checkpoint) checkpoint);
        return now.watch.over(breakage.over(checkpoint));
    }

    // ---- the course of things ----

    private void run() {
        while (eventsLeft > 0) {
            if (lives.isEmpty()) {
                start(false);
            } else if (random.nextInt(8) == 0 || !thread.step()) {
                happen();
            }
            look();
        }
        lives.forEach(life -> life.stop(DEADLINE));
        drain();
        noFault();
        program.failTask(0, false);
        start(false);
        assertThat(lives).as("programs that have started").hasSize(1);
        eventsLeft = 0;
        pass(INTERVAL_NANOS);
        for (int i = 0; thread.step(); i++) {
            assertThat(i).as("steps until everything waits: %s", thread).isLessThan(MOST_TURNS_TO_END);
            look();
        }
        lives.forEach(life -> life.stop(DEADLINE));
        drain();
        invariants.check(disk, 0);
        invariants.checkAllProcessed(arrivals.count());
        assertThat(noted)
                .as("batches that an output has seen which runs at least once")
                .containsAll(batches(null, sink.lastVisible()));
    }

    /** Somebody else's step, or an event, in the middle of a step. */
    private void between() {
        if (eventsLeft > 0 && random.nextInt(10) == 0) {
            happen();
        } else {
            thread.step();
        }
    }

    /** Looks whether all is well when nobody is in the middle of anything. */
    private void look() {
        check();
        for (Life life : List.copyOf(lives)) {
            if (life.isOver()) {
                batches += life.watch.batches();
                lives.remove(life);
                thread.remove(life.threads);
                life.checkEnd();
            } else if (thread.depth() == 0) {
                life.checkSettled();
            }
        }
        if (lives.isEmpty() && (disk.isDead() || dying && eventsLeft <= 0)) {
            dying = false;
            disk = killed ? disk.afterKill() : disk.afterPowerFailure(random.nextLong());
            mount();
            noFault();
            invariants.check(disk, random.nextLong());
        }
    }

    private void check() {
        thread.checkNotStuck();
        lives.forEach(life -> assertThat(life.watch.broken()).isEmpty());
        assertThat(arrivals.lost()).isNull();
        assertThat(segments.broken()).isEmpty();
        assertThat(thread.isInterruptLeft()).as("a thread is left interrupted").isFalse();
        boolean written = false;
        for (Life life : lives) {
            written |= life.watch.hasWritten();
        }
        if (written && random.nextInt(6) == 0) { // it reads the whole disk
            invariants.check(disk, random.nextLong());
        }
    }

    /** Steps, and time passes, until no program is left. */
    private void drain() {
        for (int i = 0; !lives.isEmpty(); i++) {
            assertThat(i).as("steps until the programs have ended: %s", thread).isLessThan(MOST_TURNS_TO_END);
            if (!thread.step()) {
                thread.passTime(Long.MAX_VALUE);
            }
            look();
        }
    }

    private void noFault() {
        fault = (operation, path) -> {};
        disk.room(Long.MAX_VALUE);
    }

    private void note(String what) {
        history.add(history.remove(history.size() - 1) + ", " + what);
    }

    private void happen() {
        Event event = Event.next(random);
        eventsLeft--;
        history.add(event.name() + " on " + thread.depth());
        switch (event) {
            case TIME -> pass(random.nextInt(3) == 0 ? INTERVAL_NANOS : random.nextInt((int) INTERVAL_NANOS));
            case DATA -> arrivals.arrive(1 + random.nextInt(3));
            case HANGING_TASKS -> any().watch.hang();
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
                fault = FileFault.failing(operation, "", nth);
            }
            case DISK_FULL -> disk.room(random.nextInt(1500));
            case POWER_FAILURE -> die(true);
            case KILL -> die(false);
            case TAKEOVER -> {
                if (lives.size() < MOST_LIVES && !disk.isDead()) {
                    start(true);
                }
            }
            case STOP -> any().stop(deadline());
        }
    }

    private void pass(long nanos) {
        note(nanos + " ns");
        clock.pass(nanos);
        lives.forEach(life -> life.threads.somethingHappened());
    }

    private Life any() {
        return lives.get(random.nextInt(lives.size()));
    }

    private Duration deadline() {
        return switch (random.nextInt(4)) {
            case 0 -> Duration.ZERO;
            case 1 -> Duration.ofMillis(random.nextInt(500));
            case 2 -> Duration.ofMillis(random.nextInt(10_000));
            default -> Duration.ofSeconds(Long.MAX_VALUE);
        };
    }

    private void die(boolean power) {
        if (!disk.isDead()) {
            int operations = 1 + random.nextInt(40);
            note("at operation " + operations);
            disk.powerFailsAt(operations);
            killed = !power;
            dying = true;
        }
    }

    /** Starts a program, as a step of its own in which others come between. */
    private void start(boolean takeover) {
        history.add((takeover ? "TAKES OVER at " : "START at ") + clock.wallMillis());
        Life life = new Life(takeover);
        lives.add(life);
        thread.run(life);
    }

    // ---- a program ----

    private final class Life implements OneThread.Actor {
        private final SimulatedThreads threads = thread.program();
        private final LineWatch watch = new LineWatch(
                thread, clock, threads::loopNanos, disk, receives, threads::rollsBack, this::canHang, this::isCalm);
        private final FaultyFileStore own = disk;
        private final boolean takesOver;
        private final StreamingContext context;
        private @Nullable NumberSource source;
        private boolean owns;
        private boolean stopped;
        private boolean failedToStart;
        private long deadlineNanos = Long.MAX_VALUE;

        Life(boolean takesOver) {
            this.takesOver = takesOver;
            MillraceConf conf = new MillraceConf()
                    .setMaster("local")
                    .set("millrace.task.retryDelay", "0ms")
                    .set("millrace.streaming.stopGracefullyOnShutdown", "false")
                    .set("millrace.streaming.concurrentJobs", String.valueOf(concurrentJobs))
                    .set("millrace.streaming.blockInterval", "400ms")
                    .set("millrace.streaming.checkpoint.retainedBatches", "2")
                    .set("millrace.streaming.checkpoint.snapshotBytes", "600")
                    .set("millrace.streaming.checkpoint.takeover", String.valueOf(takesOver))
                    .set("millrace.streaming.receiver.writeAheadLog.segmentBytes", "200")
                    .set("millrace.streaming.checkpoint.directory", GivenStores.directoryOf(disk));
            context = ContextsByClock.make(conf, Durations.milliseconds(LineWatch.INTERVAL), clock);
            program.disk(disk);
            DStream<Integer> numbers = receives ? received() : read();
            var output = program.build(numbers, watch);
            numbers.transform(rdd -> context.millraceContext().parallelize(List.of((Object) "a batch"), 1))
                    .to(output)
                    .named(MARKS);
            numbers.mapToPair(number -> Tuple2.of(number % 2, number))
                    .mapWithState(StateType.of("seen", Integer.class), (time, key, number, state) -> {
                        state.update(number.orElse(0));
                        return Optional.of("much that a step gives, and that ends with its batch".repeat(20));
                    });
            numbers.foreachRDD((rdd, time) -> {
                        noted.add(time.milliseconds());
                        watch.noting(time.milliseconds());
                    })
                    .named("noted");
            context.addStreamingListener(watch);
            threads.onBegin(watch::starts);
        }

        private DStream<Integer> received() {
            source = new NumberSource(threads, arrivals, random, watch::isTakenOver, () -> eventsLeft <= 0);
            threads.add(source);
            return context.receiverStream(source).named(SimulatedProgram.INPUT);
        }

        @SuppressWarnings("unchecked") // the one input of the program
        private DStream<Integer> read() {
            DStream<Integer> numbers =
                    context.queueStream(new ArrayDeque<RDD<Integer>>()).named(SimulatedProgram.INPUT);
            for (InputNode<?> input :
                    ProgramAccess.programs().driver(context).graph().inputs()) {
                InputNode<Integer> replaced = (InputNode<Integer>) input;
                replaced.replaceBy(new ArrivingNumbers(replaced, arrivals::count));
            }
            return numbers;
        }

        /** It has the checkpoint from now on. */
        void owns(Checkpoint checkpoint) {
            if (!owns) {
                owns = true;
                threads.lockedBy(checkpoint);
                watch.found(Checkpoint.peek(own.copy()), checkpoint.epoch().number());
            }
        }

        @Override
        public SimulatedThreads program() {
            return threads;
        }

        @Override
        public String name() {
            return "start";
        }

        @Override
        public boolean isReady() {
            return false;
        }

        @Override
        public void step() {
            Life outer = starting;
            starting = this;
            try {
                ProgramAccess.programs().driver(context).startOn(breakage.over(threads));
            } catch (MillraceException e) {
                failedToStart = true;
                note(Simulation.withoutProcess(e));
                if (!isExpected(e)) {
                    throw new AssertionError("a program could not start: " + e, e);
                }
                context.stop();
                if (!disk.isDead()) {
                    noFault();
                }
            } finally {
                starting = outer;
            }
        }

        private boolean isExpected(Throwable failure) {
            return Simulation.isInjected(failure)
                    || couldNotFindOutWhy(failure)
                    || (lives.size() > 1 || watch.isTakenOver())
                            && (Simulation.isFenced(failure)
                                    || Simulation.isClaiming(failure)
                                    || String.valueOf(failure.getMessage()).contains("is in use by"));
        }

        /** True if the disk failed when the program looked whether another has taken its checkpoint. */
        private static boolean couldNotFindOutWhy(Throwable failure) {
            return Causes.of(failure).stream()
                    .flatMap(cause -> Stream.of(cause.getSuppressed()))
                    .anyMatch(Simulation::isInjected);
        }

        boolean isOver() {
            return failedToStart || threads.isOver();
        }

        /** Outputs that run at once would hang one on the other, and only one hears that it is interrupted. */
        private boolean canHang() {
            return concurrentJobs == 1 && threads.canEnd();
        }

        /** A stop that has a deadline must end what hangs. */
        private boolean isCalm() {
            return eventsLeft <= 0 && deadlineNanos - clock.nanos() > DEADLINE.toNanos();
        }

        void stop(Duration deadline) {
            note("within " + deadline);
            if (!threads.requestStop(deadline)) {
                return;
            }
            stopped = true;
            deadlineNanos = Math.min(
                    deadlineNanos,
                    clock.nanos()
                            + Math.min(deadline.getSeconds(), TimeUnit.DAYS.toSeconds(365)) * 1_000_000_000L
                            + deadline.getNano());
        }

        /** Nobody of the program can go on, so all that was due is done. */
        void checkSettled() {
            boolean settled = !thread.isReady(threads) && !watch.isHanging();
            if (stopped || !settled || own.isDead() || watch.isTakenOver()) {
                return;
            }
            assertThat(memory())
                    .as("bytes for a window of few numbers and four sums")
                    .isLessThan(MOST_MEMORY);
            assertThat(threads.unfinished("millrace-batch"))
                    .as("batches that nobody goes on with")
                    .isZero();
            assertThat(watch.underWay())
                    .as("batches under way, as listeners know")
                    .isZero();
            assertThat(watch.isBehind())
                    .as("a batch is due, and nobody plans it")
                    .isFalse();
            assertThat(LineWatch.milliseconds(context.lastBatchTime().orElse(null)))
                    .as("the last batch that is complete")
                    .isEqualTo(watch.completed());
        }

        private long memory() {
            return ContextRuntime.of(context.millraceContext()).memory().used();
        }

        void checkEnd() {
            if (failedToStart) {
                return;
            }
            assertThat(watch.broken()).isEmpty();
            assertThat(memory()).as("bytes that a run holds which has ended").isZero();
            StopResult result = context.stop(Duration.ZERO);
            boolean isVoid = watch.isTakenOver();
            RuntimeException failure = context.failure().orElse(null);
            if (failure != null) {
                history.add("failed: " + Simulation.withoutProcess(failure));
                boolean isExpected = Simulation.isFenced(failure) || couldNotFindOutWhy(failure);
                if (!Simulation.isInjected(failure) && !(isVoid && isExpected)) {
                    throw new AssertionError("a program has failed: " + failure, failure);
                }
            } else {
                history.add(result.toString());
                assertThat(stopped).as("somebody has stopped it").isTrue();
                boolean late = clock.nanos() >= deadlineNanos;
                if (result != StopResult.FINISHED) {
                    assertThat(late || isVoid)
                            .as("%s before the deadline", result)
                            .isTrue();
                } else if (!isVoid && !own.isDead()) {
                    checkFinished(Checkpoint.peek(own.copy()), late);
                }
            }
        }

        private void checkFinished(CheckpointContents left, boolean late) {
            assertThat(left.plans()).as("batches that are left").isEmpty();
            if (source != null && !late) {
                assertThat(taken(left))
                        .as("numbers taken of those that were stored")
                        .isGreaterThanOrEqualTo(source.stored());
            }
        }
    }

    // ---- what is so ----

    @Override
    public List<Long> batches(@Nullable CheckpointContents contents, long last) {
        TreeSet<Long> times = new TreeSet<>();
        for (String place : sink.visible().keySet()) {
            String[] parts = place.split("/");
            if (parts[0].equals(MARKS)) {
                times.add(Long.parseLong(parts[1]));
            }
        }
        if (contents != null) {
            contents.unpublished().keySet().forEach(time -> times.add(time.milliseconds()));
            contents.plans().keySet().forEach(time -> times.add(time.milliseconds()));
        }
        return List.copyOf(times.headSet(last, true));
    }

    @Override
    public long taken(CheckpointContents contents) {
        long planned = 0;
        for (Map<String, InputSlice> slices : contents.plans().values()) {
            planned += slices.get(SimulatedProgram.INPUT).records();
        }
        Map<Object, Object> position = contents.position(SimulatedProgram.INPUT);
        long taken = !receives
                ? ArrivingNumbers.taken(position)
                : position == null ? 0 : (long) position.getOrDefault("source", 0L);
        return taken - planned;
    }
}
