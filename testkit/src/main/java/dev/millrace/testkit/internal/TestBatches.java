/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import java.util.ArrayList;
import java.util.List;

/** The batches that a test has filled in, by their number. Filled by the test, read by the driver loop: synchronized. */
public final class TestBatches<T> {
    private final List<Batch<T>> batches = new ArrayList<>();

    record Batch<T>(List<T> records, int partitions) {}

    public synchronized void add(List<T> records, int partitions) {
        batches.add(new Batch<>(records, partitions));
    }

    public synchronized long size() {
        return batches.size();
    }

    synchronized Batch<T> get(long number) {
        return batches.get(Math.toIntExact(number));
    }
}
