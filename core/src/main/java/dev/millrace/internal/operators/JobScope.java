/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.spi.JobLabel;

/** On whose behalf this thread calls actions: set around transform functions and outputs. */
public final class JobScope {
    private static final ThreadLocal<Boolean> INTERRUPTED = new ThreadLocal<>();
    private static final ThreadLocal<JobLabel> CURRENT = ThreadLocal.withInitial(() -> JobLabel.NONE);

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
     * interrupt alone.
     */
    public static void under(JobLabel label, Body body) throws Exception {
        JobLabel before = CURRENT.get();
        CURRENT.set(label);
        try {
            body.run();
        } finally {
            CURRENT.set(before);
            forgetInterrupt();
        }
    }

    /**
     * Clears the interrupt of this thread, if there is one, where code of the program returns that may have left it: what runs next
     * is not to end by it. The thread that runs batches in virtual time is the caller's, and somebody may interrupt it to end that;
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
