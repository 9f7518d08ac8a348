/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A sink with transactions in this process: the rows of a batch stand under their receipt. A receipt is that of one run of
 * one checkpoint, so a batch time may have several. It cannot be sent to tasks.
 */
final class Ledger<T> implements TransactionalOutput<T> {
    private final Map<OutputBatch, List<T>> written = new LinkedHashMap<>();

    @Override
    public synchronized boolean isPublished(OutputBatch batch) {
        return written.containsKey(batch);
    }

    @Override
    public synchronized List<OutputBatch> receipts(String outputName, BatchTime after) {
        return written.keySet().stream()
                .filter(receipt -> receipt.outputName().equals(outputName)
                        && receipt.time().compareTo(after) > 0)
                .toList();
    }

    @Override
    public synchronized void write(OutputBatch batch, Iterator<T> records) {
        List<T> rows = new ArrayList<>();
        records.forEachRemaining(rows::add);
        if (written.putIfAbsent(batch, rows) != null) {
            throw new IllegalStateException("a second writer of " + batch);
        }
    }

    @Override
    public synchronized void retract(OutputBatch batch) {
        written.keySet()
                .removeIf(receipt -> receipt.outputName().equals(batch.outputName())
                        && receipt.time().equals(batch.time())
                        && receipt.checkpointId().equals(batch.checkpointId())
                        && receipt.epoch() <= batch.epoch());
    }

    @Override
    public synchronized Optional<List<String>> published(OutputBatch batch) {
        List<String> shown = new ArrayList<>();
        written.forEach((receipt, rows) -> {
            if (receipt.outputName().equals(batch.outputName())
                    && receipt.time().equals(batch.time())
                    && receipt.checkpointId().equals(batch.checkpointId())) {
                rows.forEach(row -> shown.add(shown(row)));
            }
        });
        return Optional.of(shown);
    }

    /** The rows of an output by batch, those that have any. */
    synchronized TreeMap<BatchTime, List<T>> batches(String output) {
        TreeMap<BatchTime, List<T>> batches = new TreeMap<>();
        written.forEach((receipt, rows) -> {
            if (receipt.outputName().equals(output)) {
                batches.computeIfAbsent(receipt.time(), time -> new ArrayList<>())
                        .addAll(rows);
            }
        });
        return batches;
    }

    @Override
    public String toString() {
        return "a ledger";
    }
}
