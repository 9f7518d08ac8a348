/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.rocksdb;

import dev.millrace.benchmarks.Figures;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Times of batches of both sides, one of each in turn, or of one side alone. */
final class Turns {
    private final Peer peer;
    private final @Nullable Counts ours;
    private final @Nullable Counts theirs;
    private final Figures ourTimes = new Figures();
    private final Figures theirTimes = new Figures();
    private final double processStart = ProcessorTime.ofProcess();
    private final double machineStart = ProcessorTime.ofMachine();
    private final double theirStart;
    private int batches;

    Turns(Peer peer, @Nullable Counts ours, @Nullable Counts theirs) throws Exception {
        this.peer = peer;
        this.ours = ours;
        this.theirs = theirs;
        theirStart = peer.processorTime();
    }

    Turns run(int count) throws Exception {
        for (int batch = 0; batch < count; batch++) {
            long mine = timed(ours, ourTimes);
            long other = timed(theirs, theirTimes);
            batches++;
            if (ours != null && theirs != null && mine != other) {
                throw new IllegalStateException(
                        "the sums of a batch are " + mine + " and, of " + peer.title() + ", " + other);
            }
        }
        return this;
    }

    private static long timed(@Nullable Counts side, Figures times) throws Exception {
        if (side == null) {
            return 0;
        }
        long start = System.nanoTime();
        long sum = side.count();
        times.add(System.nanoTime() - start);
        return sum;
    }

    void report(String name) throws Exception {
        if (batches == 0) {
            return;
        }
        double machine = (ProcessorTime.ofMachine() - machineStart) / batches;
        double other = (peer.processorTime() - theirStart) / batches;
        double mine = (ProcessorTime.ofProcess() - processStart) / batches - other - machine;
        System.out.printf(Locale.ROOT, "%s, %d batches each, ms a batch%n", name, batches);
        report("Millrace", ourTimes, mine);
        report(peer.title(), theirTimes, other);
        System.out.printf(
                Locale.ROOT,
                "  ratio     median %8.2f  p99 %8.2f  greatest %8.2f  processor %8.2f%n"
                        + "  collector and compiler, for both: processor %.1f; ratio when all of it is ours %.2f%n",
                ourTimes.median() / theirTimes.median(),
                ourTimes.at(0.99) / theirTimes.at(0.99),
                ourTimes.at(1) / theirTimes.at(1),
                mine / other,
                machine,
                (mine + machine) / other);
    }

    private static void report(String side, Figures times, double processor) {
        System.out.printf(
                Locale.ROOT,
                "  %-8s  median %8.1f  p99 %8.1f  greatest %8.1f  processor %8.1f%n",
                side,
                times.median(),
                times.at(0.99),
                times.at(1),
                processor);
    }
}
