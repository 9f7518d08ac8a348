/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.error.CancelledException;
import dev.millrace.spi.Output;
import dev.millrace.spi.TransactionalOutput;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a start to outputs that wait for the outside and may be interrupted. A stop interrupts the one that is under way, and
 * after it none begins. Calls to other outputs go through as they are. The calls are of one thread, a stop of any.
 */
public final class StartCalls {
    private @Nullable Thread inside;
    private boolean stopped;

    /**
     * Calls an output.
     *
     * @throws CancelledException if the program is stopped meanwhile, or was before
     */
    public <T> T of(String name, Output<?> output, Callable<T> call) throws Exception {
        if (!(output instanceof TransactionalOutput<?> sink) || !sink.isInterruptible()) {
            return call.call();
        }
        try {
            enter();
            return call.call();
        } catch (Exception e) {
            if (!isStopped()) {
                throw e;
            }
            CancelledException cancelled =
                    new CancelledException("the start was given up, because the context was stopped while the output \""
                            + name + "\" (" + output + ") was waited for; make a new StreamingContext");
            cancelled.addSuppressed(e);
            throw cancelled;
        } finally {
            leave();
        }
    }

    private synchronized void enter() throws InterruptedException {
        if (stopped) {
            throw new InterruptedException();
        }
        inside = Thread.currentThread();
    }

    private synchronized void leave() {
        inside = null;
        if (stopped) {
            Thread.interrupted(); // the interrupt that stop() has made
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /** The program is to stop; does nothing once it runs. */
    public synchronized void stop() {
        stopped = true;
        if (inside != null) {
            inside.interrupt();
        }
    }
}
