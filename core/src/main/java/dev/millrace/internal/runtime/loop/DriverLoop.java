/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.error.BatchFailedException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.runtime.OpenProgram;
import dev.millrace.internal.runtime.PlannedBatch;
import dev.millrace.internal.runtime.StackText;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StopResult;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Drives the batches of one run: it plans a batch when one is due, hands it to the batch thread, hears how it ended, and ends the run
 * in order. All that is done by steps ({@link #doWork()}), which never wait; one thread makes them at a time. In real time that
 * is a thread of its own ({@link LoopThread}), and the batch thread is another, so that a slow batch delays no tick and no stop. In
 * virtual time it is the thread that asks for batches ({@link VirtualTime}), and a batch runs inside the step that plans it.
 *
 * <p>{@link RunState} has the states of a run and their moves. Other threads reach the loop by events: each is a call of one method of the loop, which
 * the next step makes.
 */
public final class DriverLoop {
    private static final long FOREVER = Long.MAX_VALUE;
    private static final Duration GRACE = Duration.ofSeconds(1); // for listeners to hear what was told last
    private static final Duration MOST_GRACE = Duration.ofSeconds(10);

    private final OpenProgram program;
    private final Ticks ticks;
    private final Clock clock;
    private final Threads threads;
    private final BlockingQueue<Runnable> events;
    private final BatchThread batchThread;
    private final Lifecycle life;
    private final CompletableFuture<StopResult> ended = new CompletableFuture<>();
    private final Set<Thread> own = ConcurrentHashMap.newKeySet();

    // of the thread that makes the steps
    private long deadlineNanos = FOREVER; // of a stop
    private @Nullable Runnable
            heard; // the event that awaitWork() has taken off the queue; the next step makes it first

    /** @param life of a run that is open */
    public DriverLoop(Lifecycle life, OpenProgram program, Ticks ticks, Clock clock, Threads threads) {
        this.life = life;
        this.program = program;
        this.ticks = ticks;
        this.clock = clock;
        this.threads = threads;
        events = threads.queue();
        batchThread = new BatchThread(program, life, this, threads.pool(1, work -> ownThread("millrace-batch", work)));
    }

    /** Makes a thread of this run, for which a stop waits. */
    Thread ownThread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true); // user code may hold it for ever
        own.add(thread);
        return thread;
    }

    /** A thread that this run has not made makes steps from now on. Returns false if it does already. */
    boolean enter(Thread caller) {
        return own.add(caller);
    }

    void leave(Thread caller) {
        own.remove(caller);
    }

    // ---- for any thread ----

    /** Begins to stop; what is planned may run for {@code deadline}. Returns at once. */
    void requestStop(Duration deadline) {
        long until = clock.nanos() + StopTime.bounded(deadline).toNanos();
        tell(() -> stopRequested(until));
    }

    /** Has the next step make a call. Any thread. */
    void tell(Runnable event) {
        events.add(event);
    }

    /** Completes when everything has ended; exceptionally if a batch failed for good. */
    public CompletableFuture<StopResult> ended() {
        return ended;
    }

    /** The failure by which the run ends by itself, or null. */
    @Nullable
    RuntimeException failure() {
        return life.failure();
    }

    /** The result of a stop of a run that has failed. */
    public StopResult resultOfFailure() {
        return program.runner().hasFailedDecided() ? StopResult.DECIDED : StopResult.ROLLED_BACK;
    }

    /** Returns whether the calling thread is one that a stop would wait for. */
    public boolean isOwnThread() {
        Thread current = Thread.currentThread();
        return own.contains(current) || program.pool().owns(current);
    }

    /** Returns whether one of its own threads has called {@code System.exit}, so that it ends only with the process. */
    boolean isExiting() {
        return Stream.of(own, program.pool().threads(), program.runner().threads())
                .flatMap(Set::stream)
                .anyMatch(StackText::isInExit);
    }

    /** Returns whether a stop has left code of the program behind. */
    boolean isAbandoned() {
        return life.state() == RunState.ABANDONED;
    }

    /** The newest batch that is complete, or null. */
    @Nullable
    public BatchTime lastCompleted() {
        return batchThread.lastCompleted();
    }

    // ---- steps ----

    /** Lets data come in from now on. */
    void receive() {
        try {
            if (life.move(RunState.OPEN, RunState.RECEIVING)) {
                program.startInputs();
            }
        } catch (Throwable e) {
            breakOff(e);
        }
    }

    /** Runs the batches that an earlier run had planned and not decided. */
    void runAgain() {
        try {
            if (life.state().runs()) {
                program.toRunAgain().forEach(batchThread::submit);
            }
        } catch (Throwable e) {
            breakOff(e);
        }
    }

    /** Returns whether nothing is left to do for ever. */
    boolean isOver() {
        return life.state() == RunState.STOPPED;
    }

    /** Does one thing that is due, if there is one, and returns whether there was. */
    boolean doWork() {
        try {
            Runnable event = heard != null ? heard : events.poll();
            heard = null;
            if (event != null) {
                event.run();
            } else if (isAtEnd()) {
                end();
            } else if (nanosUntilDeadline() <= 0) {
                rollBack();
            } else if (nanosUntilTick() <= 0) {
                plan(ticks.leaveOutEmpty());
            } else {
                return false;
            }
        } catch (Throwable e) {
            breakOff(e);
        }
        return true;
    }

    /** Waits until something is due, or perhaps is. */
    void awaitWork() {
        while (!isAtEnd()) {
            try {
                long wait = Math.min(nanosUntilDeadline(), nanosUntilTick());
                heard = wait == FOREVER ? events.take() : events.poll(wait, TimeUnit.NANOSECONDS);
                return;
            } catch (InterruptedException e) {
                // a source or a filter has left the interrupt, or code that was handed this thread; Millrace itself
                // never interrupts it
            } catch (Throwable e) {
                breakOff(e);
                return;
            }
        }
    }

    private boolean isAtEnd() {
        RunState state = life.state();
        return !state.plans() && state != RunState.STOPPED && life.underWay() == 0;
    }

    private long nanosUntilTick() {
        return life.state().plans() && life.underWay() < ticks.mostUnderWay() ? ticks.nanosUntilNext() : FOREVER;
    }

    /** Until what is not decided is to be cancelled; it may be negative. */
    private long nanosUntilDeadline() {
        boolean counts = deadlineNanos != FOREVER && life.state().mayBecome(RunState.ROLLING_BACK);
        return counts ? deadlineNanos - clock.nanos() : FOREVER;
    }

    /** Ends the run though batches may be under way, because the loop itself has failed. */
    private void breakOff(Throwable e) {
        for (Throwable cause = e; !isOver(); ) {
            try {
                life.failed(cause instanceof RuntimeException known ? known : new IllegalStateException(cause));
                end();
            } catch (OutOfMemoryError again) {
                cause = BatchThread.NO_MEMORY;
                BatchThread.awaitMemory();
            } catch (Throwable again) { // threads that wait for the end must hear of it here
                ended.completeExceptionally(again);
                throw again;
            }
        }
    }

    // ---- batches ----

    /** Plans the batch that is due now. */
    private void plan(boolean unlessEmpty) {
        BatchTime time = ticks.tick();
        try {
            PlannedBatch batch = program.planner().plan(time, unlessEmpty);
            if (batch == null) {
                ticks.leftOut();
            } else {
                program.audience().submitted(batch);
                batchThread.submit(batch);
            }
        } catch (Throwable e) { // an error too: else this thread would be gone without a word
            fail(new BatchFailedException(time.milliseconds(), "its input could not be planned: " + Causes.text(e), e));
        }
    }

    /** A batch is committed. */
    void batchDone() {
        life.completed();
    }

    /** A batch was rolled back because the context stops. */
    void batchRolledBack() {
        life.rolledBack();
    }

    /** A batch failed for good. */
    void batchFailed(RuntimeException failure) {
        life.completed();
        fail(failure);
    }

    private void fail(RuntimeException cause) {
        if (life.failed(cause)) {
            program.audience().log().failed(Objects.requireNonNull(life.failure()));
        } else {
            Abandonment.failed(cause);
        }
    }

    // ---- the end ----

    /** The context is asked to stop; what is planned may go on until the deadline. */
    private void stopRequested(long until) {
        deadlineNanos = Math.min(deadlineNanos, until);
        RunState state = life.state();
        boolean drains = state == RunState.RECEIVING
                && program.receives()
                && ticks.comeByThemselves()
                && nanosUntilDeadline() > 0;
        if (drains && life.move(RunState.RECEIVING, RunState.DRAINING)) {
            ExecutorService stopping = threads.pool(1, work -> ownThread("millrace-stop", work));
            stopping.execute(this::stopInputs);
            stopping.shutdown(); // when that is done
        } else if (state == RunState.OPEN || state == RunState.RECEIVING) {
            life.move(state, RunState.FINISHING); // unless a batch has just failed
        }
    }

    private void stopInputs() {
        program.stopInputs();
        tell(this::inputsStopped);
    }

    /** Plans the last batches, for what came in until the receivers had ended; waits for nothing. */
    private void inputsStopped() {
        if (life.state() == RunState.DRAINING) {
            do {
                plan(true);
            } while (life.state() == RunState.DRAINING && program.planner().hasBacklog());
        }
        life.move(RunState.DRAINING, RunState.FINISHING);
    }

    /** Cancels what is not decided; the deadline of a stop has passed. Any thread. */
    void rollBack() {
        if (life.rollBack()) {
            program.runner().cancel();
        }
    }

    /** Closes everything. */
    private void end() {
        life.close();
        batchThread.shutdown();
        Thread.interrupted(); // what a source has left is not to reach those that close
        close(program);
        close(() -> program.audience().listeners().end(grace()));
        RuntimeException failure = life.failure();
        StopResult result = life.result(false);
        if (life.end()) {
            try {
                program.audience().log().ended(failure, result);
            } finally {
                complete(failure, result);
            }
        }
    }

    private void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Throwable e) { // an error too: threads wait for the end
            RuntimeException failure = new MillraceException("the context could not be closed: " + Causes.text(e), e);
            if (!life.failed(failure)) {
                Abandonment.failed(failure);
            }
        }
    }

    /** The time that listeners have to hear the rest: until the deadline, if that is neither too soon nor too far. */
    private Duration grace() {
        if (!ticks.comeByThemselves()) {
            return GRACE;
        }
        Duration left = Duration.ofNanos(deadlineNanos == FOREVER ? FOREVER : deadlineNanos - clock.nanos());
        return left.compareTo(GRACE) < 0 ? GRACE : left.compareTo(MOST_GRACE) > 0 ? MOST_GRACE : left;
    }

    /** Lets go of user code that does not end: the run has ended then, and its threads can decide nothing. Any thread. */
    void abandon() {
        RunState before = life.abandon();
        if (before == null) {
            return;
        }
        if (program.receives() && ticks.comeByThemselves() && before.plans()) {
            life.leftInput(); // it was stuck before it could take what they have stored
        }
        try {
            StopResult result = Abandonment.of(program, life, own);
            program.audience().listeners().end(Duration.ZERO);
            complete(life.failure(), result);
        } catch (Throwable e) { // threads that wait for the end must hear of it here
            ended.completeExceptionally(e);
            throw e;
        }
    }

    private void complete(@Nullable RuntimeException failure, StopResult result) {
        if (failure != null) {
            ended.completeExceptionally(failure);
        } else {
            ended.complete(result);
        }
    }
}
