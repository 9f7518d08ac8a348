/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A sink with transactions that outlives the programs which write into it: the rows of a batch are one entry with its receipt. */
class MemoryTable implements TransactionalOutput<Object> {
    private final TreeMap<Long, Entry> entries = new TreeMap<>();

    private record Entry(OutputBatch receipt, List<String> rows) {}

    /** All rows, in order of the batches. */
    List<String> rows() {
        return entries.values().stream().flatMap(entry -> entry.rows().stream()).toList();
    }

    /** The rows by the time of their batch, in ms. */
    SortedMap<Long, List<String>> byBatch() {
        SortedMap<Long, List<String>> rows = new TreeMap<>();
        entries.forEach((time, entry) -> rows.put(time, entry.rows()));
        return rows;
    }

    @Override
    public boolean isPublished(OutputBatch batch) {
        Entry entry = entries.get(batch.time().milliseconds());
        return entry != null && entry.receipt().equals(batch);
    }

    @Override
    public List<OutputBatch> receipts(String outputName, BatchTime after) throws IOException {
        return entries.tailMap(after.milliseconds(), false).values().stream()
                .map(Entry::receipt)
                .toList();
    }

    @Override
    public void write(OutputBatch batch, Iterator<Object> records) {
        List<String> rows = new ArrayList<>();
        records.forEachRemaining(record -> rows.add(record.toString()));
        if (entries.putIfAbsent(batch.time().milliseconds(), new Entry(batch, rows)) != null) {
            throw new IllegalStateException("a second writer of batch " + batch.time());
        }
    }

    @Override
    public String toString() {
        return "a table";
    }

    @Override
    public void retract(OutputBatch batch) {
        entries.computeIfPresent(
                batch.time().milliseconds(), (time, entry) -> entry.receipt().epoch() > batch.epoch() ? entry : null);
    }
}
