/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.files;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;

/**
 * For work on channels, which an interrupt closes. An interrupt says that a thread shall wait no longer; it is no reason to fail at
 * what does not wait.
 */
public final class Uninterrupted {
    private Uninterrupted() {}

    /** Work that may begin again from the start. */
    public interface Work<R> {
        R run() throws IOException;
    }

    /** Does the work whatever interrupts there are; if there was one, the thread is interrupted afterwards. */
    public static <R> R call(Work<R> work) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return work.run();
                } catch (ClosedByInterruptException | FileLockInterruptionException e) {
                    interrupted = true;
                    Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
