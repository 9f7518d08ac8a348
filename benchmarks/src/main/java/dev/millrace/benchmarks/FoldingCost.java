/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.internal.checkpoint.Reading;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The bytes that folding writes for each byte of changes, and those that it leaves on disk for each live one, while keys that are drawn
 * get new values. Journals are folded when they have {@code fold} bytes, so that a state has so many times what is folded at once as its
 * bytes are more than that. Folding runs between batches, as always where nothing happens in the background. All files are those of the
 * two snapshots that are kept at least, too.
 */
public final class FoldingCost {
    private static final int REPORTS = 10;

    private final Sizes sizes;
    private final Updates updates;
    private final String text;

    private FoldingCost(Sizes sizes) {
        this.sizes = sizes;
        updates = new Updates(sizes.get("keys"), sizes.get("load"), sizes.get("updates"), sizes.of("draw", Draw.class));
        text = "x".repeat(sizes.of("characters"));
    }

    static Sizes sizes(String... arguments) {
        return new Sizes(
                Map.ofEntries(
                        Map.entry("keys", "800000"),
                        Map.entry("characters", "100"),
                        Map.entry("load", "2000"),
                        Map.entry("updates", "2000"),
                        Map.entry("draw", "uniform"),
                        Map.entry("fold", "1m"),
                        Map.entry("times", "4")),
                arguments);
    }

    public static void main(String[] arguments) throws IOException {
        FoldingCost measurement;
        try {
            measurement = new FoldingCost(sizes(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        measurement.run();
    }

    void run() throws IOException {
        Path checkpoint = TemporaryFiles.newDirectory();
        String address = CountingStore.address(checkpoint);
        CountingStore store = CountingStore.at(address);
        long live = live();
        System.out.printf(Locale.ROOT, "%s, %,d live bytes of keys and values%n", sizes, live);
        StreamingContext ssc = LatestValues.program(updates, text, sizes.text("fold"), address);
        try {
            ssc.runBatches(1 + updates.loading()); // the first is empty
            report("loaded", store, 0, 0, live);
            long folded = store.folded();
            long changes = store.changes();
            int batches = (int) (sizes.get("times") * updates.keys() / updates.perBatch());
            for (int part = 0; part < REPORTS; part++) {
                ssc.runBatches(batches * (part + 1) / REPORTS - batches * part / REPORTS);
                report((part + 1) * 100 / REPORTS + " %", store, folded, changes, live);
            }
        } finally {
            ssc.stop(true, true);
            TemporaryFiles.delete(checkpoint);
        }
    }

    private long live() {
        ValueCodec codec = ValueCodec.builtIn();
        Schemas schemas = new Schemas();
        long bytes = updates.keys() * codec.encodeValue(text, schemas).length;
        for (long number = 0; number < updates.keys(); number++) {
            bytes += codec.encodeKey(Updates.key(number), schemas).length;
        }
        return bytes;
    }

    /** Bytes since the counts given, and the most space since the last report. */
    private static void report(String when, CountingStore store, long folded, long changes, long live) {
        System.out.printf(
                Locale.ROOT,
                "%-7s written %,15d by folding, %,13d of changes: %5.2f; newest runs %.2f of live, all files %.2f, at most"
                        + " %.2f%n",
                when,
                store.folded() - folded,
                store.changes() - changes,
                (store.folded() - folded) / (double) (store.changes() - changes),
                newest(store) / (double) live,
                store.space() / (double) live,
                store.mostSpace() / (double) live);
    }

    /** The bytes of the runs that the newest snapshot names. */
    private static long newest(CountingStore store) {
        return Reading.tell(
                store,
                contents -> Objects.requireNonNull(contents.step(LatestValues.STATE)).runs().stream()
                        .mapToLong(run -> run.seal().bytes())
                        .sum());
    }
}
