/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A sink with transactions in this process: rows and receipt of a batch are one entry. It cannot be sent to tasks. */
final class Ledger<T> implements TransactionalOutput<T> {
    private final Map<String, TreeMap<BatchTime, Entry<T>>> written = new HashMap<>();

    private record Entry<T>(OutputBatch receipt, List<T> rows) {}

    @Override
    public synchronized boolean isPublished(OutputBatch batch) {
        Entry<T> entry = entries(batch.outputName()).get(batch.time());
        return entry != null && entry.receipt().equals(batch);
    }

    @Override
    public synchronized List<OutputBatch> receipts(String outputName, BatchTime after) {
        return entries(outputName).tailMap(after, false).values().stream()
                .map(Entry::receipt)
                .toList();
    }

    @Override
    public synchronized void write(OutputBatch batch, Iterator<T> records) {
        List<T> rows = new ArrayList<>();
        records.forEachRemaining(rows::add);
        if (entries(batch.outputName()).putIfAbsent(batch.time(), new Entry<>(batch, rows)) != null) {
            throw new IllegalStateException("a second writer of " + batch);
        }
    }

    @Override
    public synchronized void retract(OutputBatch batch) {
        entries(batch.outputName())
                .computeIfPresent(
                        batch.time(), (time, entry) -> entry.receipt().epoch() > batch.epoch() ? entry : null);
    }

    @Override
    public synchronized Optional<List<String>> published(OutputBatch batch) {
        return Optional.of(batches(batch.outputName()).getOrDefault(batch.time(), List.of()).stream()
                .map(this::shown)
                .toList());
    }

    private TreeMap<BatchTime, Entry<T>> entries(String output) {
        return written.computeIfAbsent(output, name -> new TreeMap<>());
    }

    /** The rows of an output by batch, those that have any. */
    synchronized TreeMap<BatchTime, List<T>> batches(String output) {
        TreeMap<BatchTime, List<T>> batches = new TreeMap<>();
        entries(output).forEach((time, entry) -> batches.put(time, entry.rows()));
        return batches;
    }

    @Override
    public String toString() {
        return "a ledger";
    }
}
