/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.program;

import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.runtime.Listeners;
import dev.millrace.internal.runtime.OpenProgram;
import dev.millrace.internal.runtime.loop.Abandonment;
import dev.millrace.internal.runtime.loop.BatchTimer;
import dev.millrace.internal.runtime.loop.DriverLoop;
import dev.millrace.internal.runtime.loop.Lifecycle;
import dev.millrace.internal.runtime.loop.LoopThread;
import dev.millrace.internal.runtime.loop.RunState;
import dev.millrace.internal.runtime.loop.RunningProgram;
import dev.millrace.internal.runtime.loop.ShutdownHook;
import dev.millrace.internal.runtime.loop.StopTime;
import dev.millrace.internal.runtime.loop.StopWait;
import dev.millrace.internal.runtime.loop.VirtualTime;
import dev.millrace.internal.start.ProgramStarter;
import dev.millrace.internal.threads.Threads;
import dev.millrace.internal.tools.Rehearsal;
import dev.millrace.internal.tools.ReplayProperty;
import dev.millrace.internal.tools.ReplayRun;
import dev.millrace.rdd.TaskContext;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.Replay;
import dev.millrace.streaming.ReplayRequest;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContextState;
import dev.millrace.streaming.UpgradePlan;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts and stops one streaming context. Users see three states, CREATED, then ACTIVE while it has a {@link RunningProgram}, then STOPPED for
 * good; {@link RunState} has the finer ones that the code goes by. The batches themselves are driven by the {@code DriverLoop} of the running
 * program. Methods may be called from any thread.
 */
public final class Driver {
    /** The time that listeners have to hear what a start that failed has told. */
    private static final Duration HEARD = Duration.ofSeconds(1);

    private final ContextRuntime runtime;
    private final boolean ownsContext;
    private final StreamGraph graph;
    private final Settings settings;
    private final Listeners listeners = new Listeners();
    private final Clock clock;

    private @Nullable Opening opening; // while the program is being opened
    private @Nullable RunningProgram run;
    private final Lifecycle life = new Lifecycle();

    /** @param ownsContext whether the engine is this context's own, and stops with it */
    public Driver(ContextRuntime runtime, boolean ownsContext, StreamGraph graph, Settings settings, Clock clock) {
        this.runtime = runtime;
        this.ownsContext = ownsContext;
        this.graph = graph;
        this.settings = settings;
        this.clock = clock;
    }

    /** The call by which the program made this context. */
    public void madeAt(Operator operator) {
        UnstartedContexts.add(this, operator.toString());
    }

    public StreamGraph graph() {
        return graph;
    }

    public boolean ownsContext() {
        return ownsContext;
    }

    public Listeners listeners() {
        return listeners;
    }

    public StreamingContextState state() {
        RunState state = life.state();
        return state.hasEnded()
                ? StreamingContextState.STOPPED
                : state.isActive() ? StreamingContextState.ACTIVE : StreamingContextState.CREATED;
    }

    public synchronized @Nullable BatchTime lastBatchTime() {
        return run == null ? null : run.loop().lastCompleted();
    }

    /** Returns what a start on the program's checkpoint would do. Nothing is started, locked, written or taken. */
    public UpgradePlan upgradePlan() {
        String directory = settings.get(Options.CHECKPOINT_DIRECTORY);
        if (directory == null) {
            throw new IllegalStateException(
                    "no checkpoint directory is set, so nothing is taken over; call checkpoint(directory)");
        }
        return upgradePlan(directory);
    }

    private UpgradePlan upgradePlan(String directory) {
        return new ProgramStarter(runtime, graph, settings, clock, listeners, Threads.OWN, false).rehearse(directory);
    }

    /** Starts in real time. */
    public void start() {
        insteadOfStart();
        startOn(Threads.OWN);
    }

    /** Starts in real time on threads that may be a simulation's. */
    public void startOn(Threads threads) {
        beginOpening("start()", threads);
        listeners.begin(threads, clock, false);
        runtime.engine().delayRetries(true);
        long interval = graph.interval().toMillis();
        OpenProgram program = open(BatchTimer.floor(clock, interval), false);
        program.audience().log().started(settings, graph.interval(), program.resumption());
        BatchTime now = BatchTimer.floor(clock, interval);
        BatchTime before = program.lastTime() != null && program.lastTime().isAfter(now) ? program.lastTime() : now;
        DriverLoop loop = new DriverLoop(life, program, new BatchTimer(clock, interval, before), clock, threads);
        LoopThread opened = new LoopThread(loop, threads);
        begin(opened, program);
        threads.keepAlive(loop.ended());
        listeners.tell(StreamingListener::onStreamingStarted, () -> before);
        if (settings.get(Options.STOP_ON_SHUTDOWN)) {
            ShutdownHook.install(
                    opened,
                    settings.get(Options.STOP_TIMEOUT),
                    settings.get(Options.STOP_GRACE),
                    clock,
                    runtime.engine(),
                    () -> closeContext(ownsContext));
        }
        opened.start();
    }

    /** Runs {@code batches} batches in virtual time on this thread. */
    public void runBatches(int batches) {
        if (batches < 0) {
            throw new IllegalArgumentException(
                    "runBatches(" + batches + ") asks for less than no batch; pass the number of batches to run");
        }
        inVirtualTime("runBatches()", new BatchTime(0), false, running -> running.runBatches(batches));
    }

    /** Runs all that is there now, in batches of bounded size, on this thread. */
    public void runAvailable() {
        BatchTime now = BatchTimer.floor(clock, graph.interval().toMillis());
        inVirtualTime("runAvailable()", now.minus(graph.interval()), true, running -> running.runAvailable(now));
    }

    /** Does the rehearsal or the replay for which the process was started, in place of the start, and does not return then. */
    private void insteadOfStart() {
        if (life.state() == RunState.CREATED) {
            Rehearsal.insteadOfStart(this::upgradePlan, settings);
            ReplayProperty.insteadOfStart(this::replay, settings);
        }
    }

    /** Runs a batch again that the checkpoint retains, on this thread; then the context is stopped. */
    public Replay replay(ReplayRequest request) {
        String directory = settings.get(Options.CHECKPOINT_DIRECTORY);
        if (directory == null) {
            throw new IllegalStateException(
                    "replay() without a checkpoint directory, which holds the batches; call checkpoint(directory)");
        }
        beginOpening("replay()", Threads.OWN);
        ReplayRun replay = new ReplayRun(runtime, graph, settings, clock, request);
        VirtualTime opened = opening(() -> replay.open(directory), "the replay could not be started: ");
        endOpening(RunState.STOPPED, null); // the replay is a run of its own
        try {
            return replay.run(opened);
        } finally {
            closeContext(ownsContext);
        }
    }

    private void inVirtualTime(String operation, BatchTime zero, boolean delayed, Consumer<VirtualTime> batches) {
        try {
            batches.accept(virtualTime(operation, zero, delayed));
        } catch (RuntimeException | Error e) {
            if (failure() != null) {
                closeContext(ownsContext);
            }
            throw e;
        }
    }

    /** @param delayed whether failed tasks wait, and snapshots are made in the background, as in real time */
    private VirtualTime virtualTime(String operation, BatchTime zero, boolean delayed) {
        synchronized (this) {
            if (run instanceof VirtualTime running && life.state().isActive()) {
                if (running.isStepping()) {
                    checkWaitsForOthers(operation, running);
                }
                runtime.engine().delayRetries(delayed);
                return running;
            }
        }
        insteadOfStart();
        beginOpening(operation, Threads.OWN);
        listeners.begin(Threads.OWN, clock, true);
        runtime.engine().delayRetries(delayed);
        OpenProgram program = open(zero, !delayed);
        program.audience().log().started(settings, graph.interval(), program.resumption());
        VirtualTime opened = new VirtualTime(life, program, graph.interval(), clock);
        begin(opened, program);
        listeners.tell(StreamingListener::onStreamingStarted, program::zero);
        opened.runAgain();
        return opened;
    }

    /** A program that is being opened, by one thread; others may ask for the state meanwhile, and stop it. */
    private record Opening(String operation, ProgramStarter starter, Thread thread) {}

    private synchronized void beginOpening(String operation, Threads threads) {
        checkCreated(operation);
        opening = new Opening(
                operation,
                new ProgramStarter(runtime, graph, settings, clock, listeners, threads, false),
                Thread.currentThread());
        life.move(RunState.CREATED, RunState.OPENING);
    }

    /** Lets the opened program run, unless a stop has left it behind meanwhile. */
    private void begin(RunningProgram opened, OpenProgram program) {
        String operation = Objects.requireNonNull(opening).operation();
        if (!endOpening(RunState.OPEN, opened)) {
            Abandonment.close(program);
            listeners.end(HEARD);
            throw new IllegalStateException(
                    operation + " on a context that was stopped meanwhile; make a new StreamingContext");
        }
    }

    /** Returns false if a stop has left the start behind. */
    private synchronized boolean endOpening(RunState next, @Nullable RunningProgram opened) {
        opening = null;
        notifyAll();
        if (!life.move(RunState.OPENING, next)) {
            life.end();
            return false;
        }
        run = opened;
        return true;
    }

    private OpenProgram open(BatchTime zero, boolean virtualTime) {
        ProgramStarter starter = Objects.requireNonNull(opening).starter();
        return opening(() -> starter.open(zero, virtualTime), "the context could not be started: ");
    }

    private <T> T opening(Callable<T> call, String refusal) {
        try {
            return call.call();
        } catch (Exception e) { // nothing is open any more: the cause may be mended, and the program started again
            listeners.end(HEARD); // inputs that were open already may have told something
            endOpening(RunState.CREATED, null);
            throw e instanceof RuntimeException known ? known : new MillraceException(refusal + Causes.text(e), e);
        } catch (Error e) { // the process may be broken, so no second start
            endOpening(RunState.STOPPED, null);
            listeners.end(HEARD);
            closeContext(ownsContext);
            throw e;
        }
    }

    private void checkCreated(String operation) {
        UnstartedContexts.remove(this); // an attempt that is refused says why
        RunState now = life.state();
        if (now == RunState.OPENING || now.isActive()) {
            throw new IllegalStateException(operation + " on a context that is already started; start it once");
        }
        if (now.hasEnded()) {
            throw new IllegalStateException(operation
                    + " on a context that is stopped; make a new StreamingContext, a stopped one is not reused");
        }
        runtime.checkNotStopped();
    }

    /** Stops; batches that are planned may run until the deadline. A second stop waits for the first. */
    public StopResult stop(Duration deadline, boolean stopContext) {
        RunningProgram running;
        StopTime time = new StopTime(deadline, settings.get(Options.STOP_GRACE), clock);
        synchronized (this) {
            if (opening != null && opening.thread() == Thread.currentThread()) {
                throw StopWait.forItself("stop()");
            }
            if (opening != null) {
                opening.starter().stopWaiting();
            }
            awaitOpened(time);
            Opening stuck = opening;
            if (stuck != null && life.abandon() == RunState.OPENING) {
                stuck.starter().revoke();
                Abandonment.ofStart(stuck.thread());
            } else {
                life.move(RunState.CREATED, RunState.STOPPED);
            }
            running = run;
        }
        StopResult result = running == null ? life.result(false) : stop(running, time);
        if (life.state() == RunState.ABANDONED) {
            Abandonment.beside(() -> closeContext(stopContext));
        } else {
            closeContext(stopContext);
        }
        return result;
    }

    /** Waits for a start that is under way, as long as a stop may take; an interrupt is kept for later. */
    private synchronized void awaitOpened(StopTime time) {
        boolean interrupted = false;
        for (long left = time.nanosLeft(); life.state() == RunState.OPENING && left > 0; left = time.nanosLeft()) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private StopResult stop(RunningProgram running, StopTime time) {
        checkWaitsForOthers("stop()", running);
        try {
            return StopWait.stop(running, time);
        } catch (ExecutionException e) {
            return running.loop().resultOfFailure(); // the failure is failure()'s and awaitTermination's to tell
        }
    }

    private void checkWaitsForOthers(String call, RunningProgram running) {
        if (running.loop().isOwnThread() || listeners.isTelling() || TaskContext.get() != null) {
            throw StopWait.forItself(call);
        }
    }

    private synchronized void closeContext(boolean wanted) {
        if (wanted) {
            runtime.stop();
        }
    }

    /** The failure by which the context stopped by itself, or null. */
    public @Nullable RuntimeException failure() {
        return life.state().hasEnded() ? life.failure() : null;
    }

    /**
     * Waits until the context has stopped.
     *
     * @return false if the time was up before
     */
    public boolean awaitTermination(Duration atMost) throws InterruptedException {
        RunningProgram running;
        synchronized (this) {
            running = run;
            if (running == null) {
                if (life.state().hasEnded()) {
                    return true;
                }
                throw new IllegalStateException("awaitTermination() before start(); start the context first");
            }
        }
        if (!running.loop().ended().isDone()) {
            checkWaitsForOthers("awaitTermination()", running);
        }
        try {
            running.loop().ended().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw cause(e);
        }
    }

    private static RuntimeException cause(Exception e) {
        return e.getCause() instanceof RuntimeException cause ? cause : new CancelledException(String.valueOf(e));
    }
}
