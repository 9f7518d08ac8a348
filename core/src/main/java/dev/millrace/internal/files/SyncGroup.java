/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Syncs that may be carried out together: a disk takes hardly longer for many at once than for one. A few are carried out one
 * after the other on the thread that asks, many on threads of their own. A sync may hold a file open, so not too many
 * wait: the thread that adds the last that may wait carries them out. Safe for several threads.
 */
public final class SyncGroup {
    private static final int FEW = 8;
    private static final int MOST_WAITING = 256;
    private static final int THREADS = 16;

    private List<Sync> waiting = new ArrayList<>();

    /** Makes something durable. */
    public interface Sync {
        void run() throws IOException;
    }

    public void add(Sync sync) throws IOException {
        boolean full;
        synchronized (this) {
            waiting.add(sync);
            full = waiting.size() >= MOST_WAITING;
        }
        if (full) {
            run();
        }
    }

    /**
     * Carries out all that waits; an interrupt neither ends nor spoils it.
     *
     * @throws IOException if one failed; the others were tried
     */
    public void run() throws IOException {
        List<Sync> all;
        synchronized (this) {
            all = waiting;
            waiting = new ArrayList<>();
        }
        if (all.isEmpty()) {
            return;
        }
        Failures failures = new Failures();
        if (all.size() <= FEW) {
            all.forEach(failures::run);
        } else {
            runTogether(all, failures);
        }
        failures.check();
    }

    /** Lets go of what waits, durable or not. */
    public void abandon() {
        try {
            run(); // which closes the files
        } catch (IOException e) {
            // no decision relies on them
        }
    }

    private static void runTogether(List<Sync> all, Failures failures) {
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(THREADS, all.size()), work -> {
            Thread thread = new Thread(work, "millrace-sync");
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletableFuture.allOf(all.stream()
                            .map(sync -> CompletableFuture.runAsync(() -> failures.run(sync), threads))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } finally {
            threads.shutdown();
        }
    }

    private static final class Failures {
        private final List<IOException> seen = new ArrayList<>();

        void run(Sync sync) {
            try {
                sync.run();
            } catch (IOException e) {
                add(e);
            } catch (RuntimeException e) {
                add(new IOException(e));
            }
        }

        private synchronized void add(IOException e) {
            seen.add(e);
        }

        synchronized void check() throws IOException {
            if (!seen.isEmpty()) {
                IOException first = seen.get(0);
                seen.stream().skip(1).limit(3).forEach(first::addSuppressed);
                throw first;
            }
        }
    }
}
