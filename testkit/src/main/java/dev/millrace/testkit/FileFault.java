/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import java.io.IOException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decides about each operation of a {@link FaultyFileStore} before it happens: returns, and it happens, or throws, and it
 * fails. It may also wait. Called by any thread, by several at once.
 */
@FunctionalInterface
public interface FileFault {
    /** Returns to let the operation happen, or throws to have it fail. */
    void before(FileOperation operation, String path) throws IOException;

    /**
     * Fails one call, and none after it.
     *
     * @param operation which operation
     * @param path the beginning of the paths that count, such as {@code journal/}; empty for all
     * @param nth which of those calls, from 1
     */
    static FileFault failing(FileOperation operation, String path, int nth) {
        return at(operation, path, nth, () -> {
            throw new IOException("injected failure of " + operation + " " + nth + " of " + path);
        });
    }

    /** Like {@link #failing}, and what it says is that the disk is full. */
    static FileFault full(FileOperation operation, String path, int nth) {
        return at(operation, path, nth, () -> {
            throw new IOException("No space left on device");
        });
    }

    /** Fails calls of some operations, each with a probability. The messages tell the seed. */
    static FileFault random(long seed, double probability, FileOperation... operations) {
        Random random = new Random(seed);
        Set<FileOperation> all = Set.of(operations);
        return (operation, path) -> {
            if (all.contains(operation) && next(random) < probability) {
                throw new IOException("injected failure of " + operation + " of " + path + ", seed " + seed);
            }
        };
    }

    private static double next(Random random) {
        synchronized (random) {
            return random.nextDouble();
        }
    }

    /**
     * Has something happen before one call.
     *
     * @param path the beginning of the paths that count
     * @param nth which of those calls, from 1
     */
    static FileFault at(FileOperation operation, String path, int nth, Effect effect) {
        AtomicInteger left = new AtomicInteger(nth);
        return (asked, of) -> {
            if (asked == operation && of.startsWith(path) && left.decrementAndGet() == 0) {
                effect.happen();
            }
        };
    }

    /** Decides about a call. */
    @FunctionalInterface
    interface Effect {
        /** Returns to let the call happen, or throws to have it fail. */
        void happen() throws IOException;
    }
}
