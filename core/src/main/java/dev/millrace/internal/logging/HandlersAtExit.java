/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.logging;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * When a process is told to end, {@code java.util.logging} takes off its handlers at once, while programs are still to stop: what
 * a stop has to say would reach nobody. So the handlers that the root logger had when the program started are put back. Those
 * that write to the console, or hand over to another library, work on; a file is closed for good.
 */
public final class HandlersAtExit {
    private static final String JUL = "sun.util.logging.internal.LoggingProviderImpl";
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final List<Handler> handlers;

    private HandlersAtExit(List<Handler> handlers) {
        this.handlers = handlers;
    }

    /** Those of now; none if lines do not go to {@code java.util.logging}. */
    public static HandlersAtExit ofNow() {
        boolean isJul =
                System.LoggerFinder.getLoggerFinder().getClass().getName().equals(JUL);
        boolean isReset = isJul && LogManager.getLogManager().getClass() == LogManager.class; // others do as they like
        return new HandlersAtExit(isReset ? List.of(root().getHandlers()) : List.of());
    }

    private static Logger root() {
        return Logger.getLogger("");
    }

    /** To be called when the process ends. Waits a moment until the handlers were taken off, since that would undo it. */
    public void putBack() {
        if (handlers.isEmpty()) {
            return;
        }
        long since = System.nanoTime();
        try {
            while (root().getHandlers().length > 0) {
                if (System.nanoTime() - since > MOST_NANOS) {
                    return; // nobody takes them off
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        handlers.forEach(root()::addHandler);
    }
}
