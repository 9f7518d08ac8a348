/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.logging.Lines;
import dev.millrace.internal.threads.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Folds journals into snapshots on the checkpoint thread, one snapshot at a time, and then deletes what is not kept any
 * longer. A failure is logged, and the next journal is folded with this one.
 */
final class Compaction implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.checkpoint");

    private static final int MOST_FILES = 32; // each run of a program begins one

    /** Many files are folded only if they are at least this part of the snapshot that is written anew for them, or many more. */
    private static final int LEAST_PART = 8;

    /** Journals grow to so many times the size of a snapshot: most of the cost of compaction is to write the snapshot anew. */
    private static final int JOURNALS_PER_SNAPSHOT = 3;

    private static final long COSTLY_BYTES = 1 << 26;

    private final Snapshots snapshots;
    private final Retention retention;
    private final Epoch epoch;
    private final long leastBytes;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private final ExecutorService thread;
    private Executor executor;
    private System.Logger.Level told = System.Logger.Level.INFO;
    private volatile long snapshotBytes; // of the last one

    /**
     * @param leastBytes how much journals grow at least before they are folded
     * @param snapshotBytes the size of the newest snapshot
     */
    Compaction(
            Snapshots snapshots,
            Retention retention,
            Epoch epoch,
            long leastBytes,
            long snapshotBytes,
            Threads threads) {
        this.snapshots = snapshots;
        this.retention = retention;
        this.epoch = epoch;
        this.leastBytes = leastBytes;
        this.snapshotBytes = snapshotBytes;
        thread = threads.pool(1, work -> {
            Thread daemon = new Thread(work, "millrace-checkpoint");
            daemon.setDaemon(true);
            return daemon;
        });
        executor = thread;
    }

    /** From now on {@link #begin} returns when all is folded, for runs in which nothing happens in the background. */
    void compactAtOnce() {
        executor = Runnable::run;
        told = System.Logger.Level.DEBUG;
    }

    /** Returns whether journals are to be folded now that are so many and have so many bytes. */
    boolean isDue(int files, long bytes) {
        boolean isMuch = bytes > Math.max(leastBytes, JOURNALS_PER_SNAPSHOT * snapshotBytes);
        boolean areMany =
                files >= MOST_FILES && bytes >= snapshotBytes / LEAST_PART || files >= LEAST_PART * MOST_FILES;
        return (isMuch || areMany) && !underWay.get();
    }

    /** Folds everything up to a journal, which is closed; only if it {@link #isDue}. */
    void begin(long journal) {
        underWay.set(true);
        executor.execute(() -> fold(journal));
    }

    private void fold(long journal) {
        try {
            long start = System.nanoTime();
            Snapshots.Folded folded = snapshots.fold(journal, epoch);
            snapshotBytes = folded.bytes();
            tell(folded, Duration.ofNanos(System.nanoTime() - start));
            retention.retire(folded.decided(), epoch);
        } catch (IOException | RuntimeException | OutOfMemoryError e) { // other errors are simulated crashes
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the journal could not be folded into a snapshot; it goes on growing",
                    e);
        } finally {
            underWay.set(false);
        }
    }

    private void tell(Snapshots.Folded folded, Duration took) {
        boolean isCostly = folded.written() > Math.max(COSTLY_BYTES, LEAST_PART * folded.journals());
        LOG.log(
                told,
                () -> "folded " + folded.journals() + " bytes of journals into a snapshot of " + folded.bytes()
                        + " bytes in " + Lines.duration(took) + ", and wrote " + folded.written() + " bytes for it"
                        + (isCostly ? "; a larger heap makes that less" : ""));
    }

    /** Waits for the snapshot that is being written. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(60, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "a snapshot still runs at close and is left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
