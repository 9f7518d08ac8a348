/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.streaming.StopResult;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the batches of a run so far. The thread that runs them writes it, and a stop that leaves this thread
 * behind reads it. Safe for several threads.
 */
final class RunOutcome {
    private int underWay;
    private boolean rolledBack;
    private boolean abandoned;
    private @Nullable RuntimeException failure;

    synchronized int underWay() {
        return underWay;
    }

    synchronized void begun() {
        underWay++;
    }

    synchronized void completed() {
        underWay--;
    }

    synchronized void rolledBack() {
        underWay--;
        rolledBack = true;
    }

    /** What the receivers have stored last gets no batch of this run. */
    synchronized void leftInput() {
        rolledBack = true;
    }

    /** The first failure counts, unless the run was abandoned before: then it is what becomes of who was left behind. */
    synchronized void failed(RuntimeException cause) {
        if (failure == null && !abandoned) {
            failure = cause;
        }
    }

    synchronized @Nullable RuntimeException failure() {
        return failure;
    }

    /** Returns false if the run was abandoned before. */
    synchronized boolean abandon() {
        boolean first = !abandoned;
        abandoned = true;
        return first;
    }

    synchronized boolean isAbandoned() {
        return abandoned;
    }

    /** @param decided whether a batch is left behind that is decided */
    synchronized StopResult result(boolean decided) {
        if (decided) {
            return StopResult.DECIDED;
        }
        return rolledBack || underWay > 0 ? StopResult.ROLLED_BACK : StopResult.FINISHED;
    }
}
