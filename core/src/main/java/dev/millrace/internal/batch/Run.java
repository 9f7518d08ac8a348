/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StopResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A started program: in real time on threads of its own, or in virtual time on those of its callers. */
interface Run {
    /** Begins to stop; what is planned may run for {@code deadline}. Returns at once. */
    void requestStop(Duration deadline);

    /** Completes when everything has ended; exceptionally if a batch failed for good. */
    CompletableFuture<StopResult> ended();

    /** Returns whether a stop may leave this run behind when it does not end by its deadline, by {@link #abandon}. */
    boolean mayBeAbandoned();

    /** Lets go of user code that does not end: the run has ended then, and its threads can decide nothing. Any thread. */
    void abandon();

    /** The result of a stop of a run that has failed. */
    StopResult resultOfFailure();

    /** Returns whether threads of the run that were left behind may still use its engine. */
    boolean isAbandoned();

    /** Returns whether one of its own threads has called {@code System.exit}, so that it ends only with the process. */
    boolean isExiting();

    /** Whether the calling thread is one that a stop would wait for. */
    boolean isOwnThread();

    /** The newest batch that is complete, or null. */
    @Nullable
    BatchTime lastCompleted();
}
