/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.internal.checkpoint.BatchLog;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import dev.millrace.testkit.FaultyFileStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks on while a program runs in real time: at what it writes into its checkpoint, what its outputs do and what its
 * listeners hear. What must not be is noted, for those who tell it may not throw. Between any two of these steps others may
 * have a turn.
 */
final class LineWatch implements StreamingListener, SimulatedProgram.Watch {
    static final long INTERVAL = 1000;
    static final int MOST_CAUGHT_UP = 100;
    private static final int SLOW = 4; // each such batch is

    private final OneThread thread;
    private final Clock clock;
    private final LongSupplier loopNanos;
    private final FaultyFileStore disk;
    private final boolean receives;
    private final BooleanSupplier rollsBack;
    private final BooleanSupplier canHang;
    private final BooleanSupplier isCalm;
    private final Queue<Long> due = new ArrayDeque<>(); // planned, and not decided
    private final Queue<Long> toSubmit = new ArrayDeque<>(); // planned, and listeners have not heard of it
    private final Queue<Long> toStart = new ArrayDeque<>();
    private final List<String> broken = new ArrayList<>();
    private long started;
    private long startMillis;
    private long startNanos;
    private long lastPlanned;
    private long newest;
    private long durable;
    private long staged;
    private long decided;
    private long completed;
    private @Nullable Long running;
    private int underWay;
    private boolean written;
    private boolean hangs;
    private int hanging;
    private long epoch;
    private boolean lostAtFirst;
    private long batches;

    /**
     * @param loopNanos when the loop has begun its step
     * @param rollsBack whether what is not decided is cancelled
     * @param canHang whether a task may hang now, so that somebody can cancel it
     * @param isCalm whether nothing hangs any more
     */
    LineWatch(
            OneThread thread,
            Clock clock,
            LongSupplier loopNanos,
            FaultyFileStore disk,
            boolean receives,
            BooleanSupplier rollsBack,
            BooleanSupplier canHang,
            BooleanSupplier isCalm) {
        this.thread = thread;
        this.clock = clock;
        this.loopNanos = loopNanos;
        this.disk = disk;
        this.receives = receives;
        this.rollsBack = rollsBack;
        this.canHang = canHang;
        this.isCalm = isCalm;
    }

    /**
     * Takes in the batches that the program has found on its disk; they are its own from then on. If another has taken it over since, the
     * disk tells of that one's batches, and nobody knows in which order this program goes on.
     */
    void found(CheckpointContents found, long ownEpoch) {
        epoch = ownEpoch;
        lostAtFirst = isTakenOver();
        found.plans().keySet().forEach(time -> due.add(time.milliseconds()));
        toStart.addAll(due);
        decided = milliseconds(found.lastDecided());
        completed = decided;
        lastPlanned = milliseconds(found.lastTime());
        newest = lastPlanned;
        durable = lastPlanned;
        underWay = due.size();
    }

    static long milliseconds(@Nullable BatchTime time) {
        return time == null ? 0 : time.milliseconds();
    }

    /** What must not be, and was. */
    List<String> broken() {
        return broken;
    }

    /** The newest batch that listeners have heard to be complete, or that was complete before. */
    long completed() {
        return completed;
    }

    /** The loop begins. */
    void starts() {
        started = Math.max(lastPlanned, Math.floorDiv(clock.wallMillis(), INTERVAL) * INTERVAL);
        lastPlanned = started;
        startMillis = Math.max(clock.wallMillis(), started);
        startNanos = clock.nanos();
    }

    /** From now on each task hangs until it is interrupted. */
    void hang() {
        hangs = true;
    }

    boolean isHanging() {
        return hanging > 0;
    }

    /** Whether something was written since it was asked last. */
    boolean hasWritten() {
        boolean answer = written;
        written = false;
        return answer;
    }

    /** Whether another program has the checkpoint. */
    boolean isTakenOver() {
        return epoch > 0 && SegmentWatch.owner(disk) > epoch;
    }

    /** How many batches it has decided. */
    long batches() {
        return batches;
    }

    /** How many batches wait or run, as far as listeners know. */
    int underWay() {
        return underWay;
    }

    /** Whether a batch is due that is not planned. */
    boolean isBehind() {
        return lastPlanned + INTERVAL <= wall(clock.nanos());
    }

    /** Wall time, as the monotonic clock has it since the start. */
    private long wall(long nanos) {
        return startMillis + (nanos - startNanos) / 1_000_000;
    }

    private void check(boolean holds, String what) {
        if (!holds && !lostAtFirst) {
            broken.add(what);
        }
    }

    // ---- what the program writes ----

    /** The checkpoint, looked at. */
    BatchLog over(BatchLog checkpoint) {
        return Mutation.around(BatchLog.class, checkpoint, (method, arguments) -> {
            if (method.getName().equals("plan")) {
                planning(((BatchTime) arguments[0]).milliseconds());
            } else if (method.getName().equals("decide")) {
                check(!rollsBack.getAsBoolean(), "batch " + arguments[0] + " is decided, and it was cancelled");
            }
            thread.pause();
            Object result = Mutation.call(checkpoint, method, arguments);
            switch (method.getName()) {
                case "plan" -> planned(((BatchTime) arguments[0]).milliseconds());
                case "syncPlans" -> durable = newest;
                case "decide" -> decided(((BatchTime) arguments[0]).milliseconds());
                default -> {} // the contents of the disk tell
            }
            written = true;
            thread.pause();
            return result;
        });
    }

    private void planning(long time) {
        long late = wall(loopNanos.getAsLong()) - time;
        check(time > lastPlanned, "batch " + time + " is planned after " + lastPlanned);
        check((time - lastPlanned) % INTERVAL == 0, "batch " + time + " is off the grid of " + lastPlanned);
        check(
                time == lastPlanned + INTERVAL || late >= MOST_CAUGHT_UP * INTERVAL,
                "no batch between " + lastPlanned + " and " + time + ", which is late by " + late + " ms");
        check(late >= 0 || receives, "batch " + time + " is planned " + -late + " ms early");
        check(late < (MOST_CAUGHT_UP + 1) * INTERVAL, "batch " + time + " is planned " + late + " ms late");
        lastPlanned = time;
    }

    private void planned(long time) {
        due.add(time);
        toSubmit.add(time);
        toStart.add(time);
        newest = time;
    }

    private void decided(long time) {
        if (isTakenOver()) {
            broken.add("batch " + time + " is decided by a program that has lost its checkpoint");
        }
        Long next = due.poll();
        check(next != null && next == time, "batch " + time + " is decided, and " + next + " is the next");
        check(time > decided, "batch " + time + " is decided after " + decided);
        decided = time;
        batches++;
    }

    // ---- what its outputs do ----

    @Override
    public void staging(long time, boolean written) throws IOException {
        check(time <= durable, "batch " + time + " has an output before its plan is durable");
        Long next = due.peek();
        check(next != null && next == time, "batch " + time + " has an output, and " + next + " is the next");
        if (time != staged && !disk.isDead() && !isTakenOver()) {
            staged = time;
            check(
                    Checkpoint.read(disk.ifPowerFailed(time)).plans().containsKey(new BatchTime(time)),
                    "batch " + time + " has an output, and its plan may be lost");
        }
        if (hangs && canHang.getAsBoolean()) {
            hang(time);
        }
        thread.pause();
        if (Thread.interrupted()) {
            throw new InterruptedIOException("interrupted");
        }
    }

    private void hang(long time) throws InterruptedIOException {
        hanging++;
        try {
            thread.await(() -> disk.isDead() || isCalm.getAsBoolean(), Long.MAX_VALUE);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("batch " + time + " was interrupted");
        } finally {
            hanging--;
        }
    }

    /**
     * Code of the program runs that is no task. In some batches it takes long, and passes over an interrupt, so that a stop may cancel
     * the batch when no job of it is left.
     */
    void noting(long time) {
        check(time <= durable, "batch " + time + " has an output before its plan is durable");
        if (time / INTERVAL % SLOW == 0) {
            try {
                thread.await(() -> false, clock.nanos() + 2 * INTERVAL * 1_000_000);
            } catch (InterruptedException e) {
                return;
            }
        }
        thread.pause();
    }

    @Override
    public void publishing(long time) {
        check(time <= decided, "batch " + time + " is published before it is decided");
        check(!Thread.currentThread().isInterrupted(), "batch " + time + " is interrupted while it is published");
        thread.pause();
    }

    // ---- what its listeners hear ----

    @Override
    public void onStreamingStarted(BatchTime zero) {
        check(zero.milliseconds() == started, "it starts at " + zero + ", and not at " + started);
    }

    @Override
    public void onBatchSubmitted(BatchInfo batch) {
        Long next = toSubmit.poll();
        check(
                next != null && next == batch.batchTime().milliseconds(),
                "listeners hear that batch " + batch.batchTime() + " is submitted, and " + next + " is the next");
        underWay++;
        thread.pause();
    }

    @Override
    public void onBatchStarted(BatchInfo batch) {
        long time = batch.batchTime().milliseconds();
        check(running == null, "listeners hear that batch " + time + " is started while " + running + " runs");
        Long next = toStart.poll();
        check(
                next != null && next == time,
                "listeners hear that batch " + time + " is started, and " + next + " is the next");
        running = time;
        thread.pause();
    }

    @Override
    public void onBatchCompleted(BatchInfo batch) {
        long time = batch.batchTime().milliseconds();
        check(running != null && running == time, "batch " + time + " is complete while " + running + " runs");
        running = null;
        underWay--;
        if (batch.failure().isEmpty()) {
            check(time <= decided, "batch " + time + " is complete and " + decided + " is the last that is decided");
            completed = time;
        }
    }
}
