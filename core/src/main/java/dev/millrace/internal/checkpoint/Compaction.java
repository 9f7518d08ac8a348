/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.logging.Lines;
import dev.millrace.internal.threads.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Folds journals into snapshots on the checkpoint thread, one snapshot at a time, and then deletes what is not kept any
 * longer. A failure is logged, and the next journal is folded with this one.
 */
final class Compaction implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.checkpoint");

    private static final int MOST_FILES = 32; // each run of a program begins one

    private final Snapshots snapshots;
    private final Retention retention;
    private final Epoch epoch;
    private final long leastBytes;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private final ExecutorService thread;
    private Executor executor;
    private System.Logger.Level told = System.Logger.Level.INFO;
    private volatile @Nullable NewRuns written; // by the fold under way

    /** @param leastBytes how much journals grow before they are folded */
    Compaction(Snapshots snapshots, Retention retention, Epoch epoch, long leastBytes, Threads threads) {
        this.snapshots = snapshots;
        this.retention = retention;
        this.epoch = epoch;
        this.leastBytes = leastBytes;
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
        return (bytes > leastBytes || files >= MOST_FILES) && !underWay.get();
    }

    /** Folds everything up to a journal, which is closed; only if it {@link #isDue}. */
    void begin(long journal) {
        underWay.set(true);
        executor.execute(() -> fold(journal));
    }

    private void fold(long journal) {
        try {
            foldWhatIsWhole(journal);
        } catch (IOException | RuntimeException | OutOfMemoryError e) { // other errors are simulated crashes
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the journal could not be folded into a snapshot; it goes on growing",
                    e);
        } finally {
            underWay.set(false);
        }
    }

    /** Folds a second time where a fold has met damage: that one builds on an older snapshot that is whole, if there is one. */
    private void foldWhatIsWhole(long journal) throws IOException {
        try {
            foldOnce(journal);
        } catch (CheckpointException met) {
            epoch.check(); // it may be no damage: another program has taken over
            try {
                foldOnce(journal);
            } catch (CheckpointException damaged) {
                epoch.check();
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the checkpoint is damaged, and no older snapshot stands in: " + damaged.getMessage()
                                + ". The running program has all its data and goes on, but its next start will be refused, and its"
                                + " journals grow until then. Before it stops, put the named file back from a backup, as it was; the"
                                + " next fold takes it. 'millrace checkpoint verify' names what else is damaged");
            }
        }
    }

    private void foldOnce(long journal) throws IOException {
        NewRuns runs = snapshots.newRuns(epoch, journal);
        written = runs;
        try {
            long start = System.nanoTime();
            Snapshots.Folded folded = snapshots.fold(runs);
            tell(folded, Duration.ofNanos(System.nanoTime() - start));
            retention.retire(folded.decided(), epoch);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            giveBack(runs);
            throw e;
        }
    }

    /** Deletes what a fold that failed has written; it may have failed because the disk is full. */
    private static void giveBack(NewRuns runs) {
        try {
            runs.forgetAll();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "runs of no snapshot stay until the next start or fold", e);
        }
    }

    private void tell(Snapshots.Folded folded, Duration took) {
        LOG.log(
                told,
                () -> "folded " + folded.journals() + " bytes of journals into a snapshot of " + folded.bytes()
                        + " bytes in " + Lines.duration(took) + ", and wrote " + folded.written() + " bytes for it");
    }

    /** Waits for the snapshot that is being written, but not for long. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(60, TimeUnit.SECONDS)) {
                NewRuns runs = written;
                if (runs != null) {
                    runs.stop();
                }
                LOG.log(System.Logger.Level.WARNING, "a snapshot is still written at close, and is given up");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
