/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.rocksdb;

import dev.millrace.benchmarks.Draw;
import dev.millrace.benchmarks.Sizes;
import dev.millrace.benchmarks.TemporaryFiles;
import dev.millrace.benchmarks.Updates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch that updates some keys of a state that is larger than memory, against a store with a cache of as many bytes as the budget, in
 * one process, batch by batch in turn. Both count the records of each key, and what they count is compared after each batch. Work in
 * the background of one side goes on while the other has its turn, and takes processors and disk from it. With {@code sides=ours} or
 * {@code theirs} one of them runs alone.
 *
 * <p>Processor time of a peer is that of its threads and of those that call it. That of the collector and of the compiler is told
 * apart, and the rest is ours.
 */
public final class StateOnDisk {
    private static final double DEFAULT_BUDGET = 0.6; // of the heap, as without a setting

    private final Sizes sizes;
    private final Updates updates;
    private final long budget;

    private StateOnDisk(Sizes sizes) {
        this.sizes = sizes;
        updates = new Updates(sizes.get("keys"), sizes.get("load"), sizes.get("updates"), sizes.of("draw", Draw.class));
        budget = sizes.get("budget") > 0
                ? sizes.get("budget") << 20
                : (long) (Runtime.getRuntime().maxMemory() * DEFAULT_BUDGET);
    }

    static Sizes sizes(String... arguments) {
        return new Sizes(
                Map.ofEntries(
                        Map.entry("keys", "10000000"),
                        Map.entry("load", "250000"),
                        Map.entry("updates", "10000"),
                        Map.entry("draw", "uniform"),
                        Map.entry("durable", "no"),
                        Map.entry("warm", "50"),
                        Map.entry("batches", "300"),
                        Map.entry("budget", "0"),
                        Map.entry("threads", "2"),
                        Map.entry("partitions", "32"),
                        Map.entry("peer", "rocksdb"),
                        Map.entry("sides", "both"),
                        Map.entry("peerThreads", "1"),
                        Map.entry("peerSync", "yes")),
                arguments);
    }

    public static void main(String[] arguments) throws Exception {
        StateOnDisk measurement;
        try {
            measurement = new StateOnDisk(sizes(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        measurement.run();
    }

    private boolean is(String name) {
        return sizes.of(name, Answer.class) == Answer.YES;
    }

    private enum Answer {
        YES,
        NO
    }

    private enum Sides {
        BOTH,
        OURS,
        THEIRS
    }

    void run() throws Exception {
        System.out.printf(Locale.ROOT, "%s, budget and cache %,d MB%n", sizes, budget >> 20);
        Path directory = TemporaryFiles.newDirectory();
        Peer peer = sizes.of("peer", Peer.class);
        Sides sides = sizes.of("sides", Sides.class);
        try (Counts ours = sides == Sides.THEIRS ? null : ours(directory.resolve("millrace"));
                Counts theirs = sides == Sides.OURS ? null : theirs(peer, directory.resolve("peer"))) {
            new Turns(peer, ours, theirs).run(updates.loading()).report("loading");
            new Turns(peer, ours, theirs).run(sizes.of("warm")).report("warming");
            new Turns(peer, ours, theirs).run(sizes.of("batches")).report("measured");
            reportSizes(peer, ours, theirs);
        } finally {
            TemporaryFiles.delete(directory);
        }
    }

    private Counts ours(Path directory) throws IOException {
        return new MillraceCounts(
                updates,
                sizes.of("threads"),
                sizes.of("partitions"),
                budget,
                is("durable"),
                Files.createDirectory(directory));
    }

    private Counts theirs(Peer peer, Path directory) throws Exception {
        return new PeerCounts(
                updates,
                sizes.of("peerThreads"),
                peer.open(budget, is("peerSync"), Files.createDirectory(directory)),
                directory);
    }

    private static void reportSizes(Peer peer, @Nullable Counts ours, @Nullable Counts theirs) throws IOException {
        double mine = ours == null ? Double.NaN : ours.bytesOnDisk();
        double other = theirs == null ? Double.NaN : theirs.bytesOnDisk();
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                Locale.ROOT,
                "bytes on disk: Millrace %,.0f  %s %,.0f  ratio %.2f%n" + "heap: %,d MB live of %,d MB at most%n",
                mine,
                peer.title(),
                other,
                mine / other,
                (runtime.totalMemory() - runtime.freeMemory()) >> 20,
                runtime.maxMemory() >> 20);
    }
}
