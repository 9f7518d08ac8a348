/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The heap that a state needs, against a HashMap of the same keys and values, in one process: with a checkpoint directory,
 * so that snapshots are folded meanwhile. Run it with {@code -Xmx4g} for ten million keys.
 */
public final class StateMemory {
    private static final long PER_BATCH = 100_000;
    private static final long LOOK_NANOS = 1_000_000_000;

    private StateMemory() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 1) {
            System.err.println("usage: StateMemory KEYS");
            System.exit(2);
        }
        long keys = Long.parseLong(arguments[0]);
        double map = ofMap(keys);
        report("HashMap", map, map);
        Path checkpoint = TemporaryFiles.newDirectory();
        Keys<Long, Long> source = new Keys<>(keys, PER_BATCH, number -> number, number -> number);
        long before = live();
        try (Totals<Long, Long> totals = new Totals<>(source, Long.class, checkpoint)) {
            WhileFolding watch = new WhileFolding();
            long nanos = totals.run((int) (keys / PER_BATCH));
            long folded = watch.end();
            totals.run(1); // the data of the last batch is gone
            Folding.await();
            report("state", (live() - before) / (double) keys, map);
            if (folded > 0) {
                report("state, while it is folded", (folded - before) / (double) keys, map);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%,d keys came durably in %.1f s; heap at most %,d MB of %,d MB%n",
                    keys,
                    nanos / 1e9,
                    Runtime.getRuntime().totalMemory() >> 20,
                    Runtime.getRuntime().maxMemory() >> 20);
        } finally {
            TemporaryFiles.delete(checkpoint);
        }
    }

    private static double ofMap(long keys) {
        long before = live();
        Map<Long, Long> map = new HashMap<>();
        for (long number = 0; number < keys; number++) {
            map.put(number, number);
        }
        long after = live();
        Reference.reachabilityFence(map);
        return (after - before) / (double) keys;
    }

    private static void report(String what, double bytes, double map) {
        System.out.printf(Locale.ROOT, "%-26s %6.1f bytes a key  %.2f of HashMap%n", what, bytes, bytes / map);
    }

    private static long live() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Looks once a second, while a snapshot is folded, how much of the heap is live. */
    private static final class WhileFolding extends Thread {
        private volatile boolean ended;
        private volatile long most;

        WhileFolding() {
            super("while-folding");
            start();
        }

        @Override
        public void run() {
            while (!ended) {
                LockSupport.parkNanos(LOOK_NANOS);
                if (Folding.isUnderWay()) {
                    most = Math.max(most, live());
                }
            }
        }

        long end() throws InterruptedException {
            ended = true;
            join();
            return most;
        }
    }
}
