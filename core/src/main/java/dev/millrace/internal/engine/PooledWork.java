/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of work that are each done once, by the calling thread and by helpers beside it. The caller waits for what helpers have begun, and
 * for nothing else: a helper that comes late, because the pool is busy, finds nothing left.
 */
final class PooledWork {
    private final List<Runnable> pieces;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch left;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private PooledWork(List<Runnable> pieces) {
        this.pieces = pieces;
        left = new CountDownLatch(pieces.size());
    }

    /**
     * Returns when all is done, also if the calling thread is interrupted.
     *
     * @param helpers how many may help
     * @throws RuntimeException or Error, the first that a piece threw; the others are done all the same
     */
    static void run(List<Runnable> pieces, Executor pool, int helpers) {
        PooledWork work = new PooledWork(pieces);
        for (int i = Math.min(helpers, pieces.size() - 1); i > 0; i--) {
            pool.execute(work::runAll);
        }
        work.runAll();
        work.await();
        Throwable failed = work.failure.get();
        if (failed instanceof RuntimeException e) {
            throw e;
        }
        if (failed instanceof Error e) {
            throw e;
        }
    }

    private void runAll() {
        for (int piece = next.getAndIncrement(); piece < pieces.size(); piece = next.getAndIncrement()) {
            try {
                pieces.get(piece).run();
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            } finally {
                left.countDown();
            }
        }
    }

    private void await() {
        boolean interrupted = false;
        while (true) {
            try {
                left.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
