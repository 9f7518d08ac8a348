/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.logging;

import dev.millrace.internal.threads.ProcessEnd;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * When a process is told to end, {@code java.util.logging} takes off its handlers at once, while programs are still to stop: what
 * a stop has to say would be lost. So the handlers that the root logger had when a program started are put back, once in a process,
 * by the first thread that stops a program or tells of its end after that: the hook of a program, or the hook of a framework,
 * which runs beside it. Handlers that write to the console, or hand over to another library, work on; a file is closed for good.
 * Any thread.
 */
public final class HandlersAtExit {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Logger root;
    private final BooleanSupplier ending;
    private List<Handler> handlers = List.of();
    private boolean isSettled;

    /** @param ending tells whether the process is ending */
    HandlersAtExit(Logger root, BooleanSupplier ending) {
        this.root = root;
        this.ending = ending;
    }

    /** A class of its own, because a runtime image may lack {@code java.util.logging}. */
    private static final class OfProcess {
        private static final HandlersAtExit HANDLERS = new HandlersAtExit(Logger.getLogger(""), ProcessEnd::hasBegun);
    }

    /** A program starts: its stop is to reach the handlers of now. */
    public static void remember() {
        if (areTakenOffAtExit()) {
            OfProcess.HANDLERS.rememberThoseOfNow();
        }
    }

    /** If the process is ending, returns when lines reach the handlers again; at once otherwise. */
    public static void putBack() {
        if (areTakenOffAtExit()) {
            OfProcess.HANDLERS.putBackIfEnding();
        }
    }

    private static boolean areTakenOffAtExit() {
        return Backend.isJul() && LogManager.getLogManager().getClass() == LogManager.class; // others do as they like
    }

    synchronized void rememberThoseOfNow() {
        List<Handler> now = List.of(root.getHandlers());
        handlers = now.isEmpty() ? handlers : now;
    }

    synchronized void putBackIfEnding() {
        if (isSettled || handlers.isEmpty() || !ending.getAsBoolean()) {
            return;
        }
        isSettled = true;
        if (areTakenOff()) {
            handlers.forEach(root::addHandler);
        }
    }

    /** Waits a moment until they are, since that would undo what comes before it. An interrupt of the thread is kept. */
    private boolean areTakenOff() {
        long since = System.nanoTime();
        boolean interrupted = false;
        while (root.getHandlers().length > 0 && System.nanoTime() - since < MOST_NANOS) {
            try {
                TimeUnit.MILLISECONDS.sleep(1);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return root.getHandlers().length == 0;
    }
}
