/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.error.BatchFailedException;
import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.runtime.OpenProgram;
import dev.millrace.internal.runtime.PlannedBatch;
import dev.millrace.streaming.BatchTime;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs the batches that the loop has planned, one after the other, and tells the loop how each ended. In virtual time its thread is
 * the one that makes the loop's steps.
 */
final class BatchThread {
    private static final long MEMORY_NANOS = 10_000_000;

    /** There may be no memory for an exception when one is needed. */
    static final MillraceException NO_MEMORY = new MillraceException(
            "the process is out of memory, and there was none left to tell where that showed; raise -Xmx");

    private final OpenProgram program;
    private final Lifecycle life;
    private final DriverLoop loop;
    private final Runnable failedWithoutMemory; // made in time
    private final ExecutorService thread;
    private volatile @Nullable BatchTime lastCompleted;

    BatchThread(OpenProgram program, Lifecycle life, DriverLoop loop, ExecutorService thread) {
        this.program = program;
        this.life = life;
        this.loop = loop;
        failedWithoutMemory = () -> loop.batchFailed(NO_MEMORY);
        this.thread = thread;
        lastCompleted = program.lastDecided();
    }

    /** For the loop. Returns before the batch has ended, but for virtual time. */
    void submit(PlannedBatch batch) {
        life.begun();
        thread.execute(() -> runAndTell(batch));
    }

    /** Nothing is submitted any more. */
    void shutdown() {
        thread.shutdown();
    }

    /** The newest batch that is complete, or null. Any thread. */
    @Nullable
    BatchTime lastCompleted() {
        return lastCompleted;
    }

    /** Lets others give memory back. */
    static void awaitMemory() {
        LockSupport.parkNanos(MEMORY_NANOS);
    }

    /** The loop hears of each batch, also when there is too little memory to say how it ended. */
    private void runAndTell(PlannedBatch batch) {
        Runnable event = failedWithoutMemory;
        try {
            event = run(batch);
        } catch (OutOfMemoryError e) {
            life.failed(NO_MEMORY);
        }
        for (boolean told = false; !told; ) {
            try {
                loop.tell(event);
                told = true;
            } catch (OutOfMemoryError e) {
                awaitMemory();
            }
        }
    }

    private Runnable run(PlannedBatch batch) {
        if (!life.state().runs()) {
            return loop::batchRolledBack;
        }
        try {
            program.runner().run(batch);
            lastCompleted = batch.time();
            return loop::batchDone;
        } catch (CancelledException e) {
            return loop::batchRolledBack;
        } catch (Throwable e) {
            RuntimeException failure = e instanceof RuntimeException known
                    ? known
                    : new BatchFailedException(batch.time().milliseconds(), String.valueOf(e), e);
            life.failed(failure); // batches commit in order: none may pass the one that failed
            return () -> loop.batchFailed(failure);
        }
    }
}
