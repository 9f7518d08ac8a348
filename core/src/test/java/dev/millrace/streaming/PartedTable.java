/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputPart;
import dev.millrace.spi.OutputRun;
import dev.millrace.spi.PartedOutput;
import dev.millrace.spi.RowEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A sink with a table for each writer, which outlives the programs that write into it. */
final class PartedTable implements PartedOutput<String> {
    private final Store store;
    private final int parts;
    private @Nullable OutputRun run;

    /** What stays. */
    static final class Store {
        final Map<OutputPart, List<String>> entries = new ConcurrentHashMap<>();
        final List<String> calls = new ArrayList<>();
        String place = "one";

        @Nullable
        CyclicBarrier together; // at which all parts of a batch meet

        boolean tellsOnlyWhenOpen;
        long brokenBatch = -1; // of which the next writing of part 2 fails

        List<String> rows(int part) {
            return entries.entrySet().stream()
                    .filter(entry -> entry.getKey().number() == part)
                    .sorted(Map.Entry.comparingByKey((one, other) ->
                            one.batch().time().compareTo(other.batch().time())))
                    .flatMap(entry -> entry.getValue().stream())
                    .toList();
        }
    }

    PartedTable(Store store, int parts) {
        this.store = store;
        this.parts = parts;
    }

    @Override
    public void open(OutputRun run) {
        this.run = run;
        store.calls.add("open with the place " + run.place().orElse("unknown"));
        Optional<String> before = run.place();
        if (before.isPresent() && !before.get().equals(store.place)) {
            throw new IllegalStateException("the receipts were in " + before.get() + " and are in " + store.place);
        }
    }

    @Override
    public void close() {
        store.calls.add(run == null ? "close" : "close the run of " + run.outputName());
    }

    @Override
    public int parts() {
        return parts;
    }

    @Override
    public String place() {
        return store.place;
    }

    @Override
    public RowEncoder<String> encoder() {
        return row -> {
            if (row.isEmpty()) {
                throw new IllegalArgumentException("an empty row");
            }
            return row.getBytes(StandardCharsets.UTF_8);
        };
    }

    @Override
    public boolean isPublished(OutputPart part) {
        return store.entries.containsKey(part);
    }

    @Override
    public void write(OutputPart part, Iterable<byte[]> rows) throws Exception {
        if (store.together != null) {
            store.together.await(30, TimeUnit.SECONDS);
        }
        if (part.number() == 2 && part.batch().time().milliseconds() == store.brokenBatch) {
            store.brokenBatch = -1;
            throw new IllegalStateException("the sink is full");
        }
        rows.iterator().next(); // an iterator that is left alone, and another that begins anew
        List<String> written = new ArrayList<>();
        rows.forEach(row -> written.add(new String(row, StandardCharsets.UTF_8)));
        store.entries.put(part, written);
    }

    @Override
    public List<OutputBatch> receipts(String outputName, BatchTime after) {
        if (store.tellsOnlyWhenOpen && run == null) {
            return List.of(); // the transactions of an earlier run are in the way
        }
        return store.entries.keySet().stream()
                .map(OutputPart::batch)
                .filter(batch -> batch.time().isAfter(after))
                .distinct()
                .toList();
    }

    @Override
    public String toString() {
        return "a table in parts";
    }
}
