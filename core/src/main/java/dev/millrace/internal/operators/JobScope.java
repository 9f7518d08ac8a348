/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.spi.JobLabel;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Notes for each thread the batch and the output on whose behalf it calls actions. It is set around transform functions and outputs. */
public final class JobScope {
    private static final ThreadLocal<Boolean> INTERRUPTED = new ThreadLocal<>();
    private static final ThreadLocal<JobLabel> CURRENT = ThreadLocal.withInitial(() -> JobLabel.NONE);

    /** Is waited for at the end of the code under the label; null if nothing is. */
    private static final ThreadLocal<@Nullable Queue<Body>> AWAITED = new ThreadLocal<>();

    private JobScope() {}

    public static JobLabel current() {
        return CURRENT.get();
    }

    /** The code that runs under a label. */
    public interface Body {
        void run() throws Exception;
    }

    /**
     * Runs user code under a label. An interrupt that the code leaves behind is cleared: work is never cancelled by an
     * interrupt alone. Actions that the code has begun beside itself for a batch have ended on return: what they read is dropped with the
     * batch. One that has failed fails the code.
     */
    public static void under(JobLabel label, Body body) throws Exception {
        JobLabel before = CURRENT.get();
        Queue<Body> outside = AWAITED.get();
        CURRENT.set(label);
        AWAITED.remove();
        try {
            body.run();
            if (AWAITED.get() != null) {
                await();
            }
        } catch (Throwable e) {
            awaitAfter(e);
            throw e;
        } finally {
            CURRENT.set(before);
            AWAITED.set(outside);
            forgetInterrupt();
        }
    }

    /** Has the code that this thread runs under a label wait for something, if it belongs to a batch. */
    public static void endsAfter(Body wait) {
        if (current().batch() != null) {
            Queue<Body> known = AWAITED.get();
            Queue<Body> all = known == null ? new ArrayDeque<>() : known;
            all.add(wait);
            AWAITED.set(all);
        }
    }

    private static void await() throws Exception {
        Queue<Body> waits = AWAITED.get();
        while (waits != null && !waits.isEmpty()) {
            waits.remove().run();
        }
    }

    private static void awaitAfter(Throwable failure) {
        try {
            await();
        } catch (Exception e) {
            failure.addSuppressed(e);
            if (!(e instanceof InterruptedException)) {
                awaitAfter(failure);
            }
        }
    }

    /**
     * Clears the interrupt of this thread, if there is one, where code of the program returns that may have left it: what runs next
     * is not to end by it. The thread that runs batches in virtual time is the caller's, and other code may interrupt it to end that;
     * so it can {@linkplain #wasInterrupted ask}.
     */
    public static void forgetInterrupt() {
        if (Thread.interrupted()) {
            noteInterrupt();
        }
    }

    /** This thread was interrupted, and code of the program has thrown what tells so. */
    static void noteInterrupt() {
        INTERRUPTED.set(true);
    }

    /** Returns whether this thread was interrupted since it was asked last, and clears an interrupt that came just now. */
    public static boolean wasInterrupted() {
        forgetInterrupt();
        boolean was = INTERRUPTED.get() != null;
        INTERRUPTED.remove();
        return was;
    }
}
