/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.testkit.internal.TestBatches;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An input of the program, filled by the test: each batch of the program takes one batch from here in order, and is empty
 * when none is left. What was filled in outlives a restart, and what was taken is not taken again. Not thread safe.
 *
 * @param <T> the type of the records
 */
public final class TestInput<T> {
    private final TestBatches<T> batches;
    private int partitions;

    TestInput(TestBatches<T> batches, int defaultPartitions) {
        this.batches = batches;
        partitions = defaultPartitions;
    }

    /** The batches that follow come in so many partitions; the engine's default otherwise. */
    public TestInput<T> partitions(int count) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " partitions; there must be at least 1");
        }
        partitions = count;
        return this;
    }

    /** Adds a batch of these records; without any, an empty one. */
    @SafeVarargs
    public final TestInput<T> batch(T... records) {
        List<T> batch = new ArrayList<>();
        for (T record : records) {
            batch.add(record);
        }
        return batchOf(batch);
    }

    /** Adds a batch of the records of a list. */
    public TestInput<T> batchOf(List<? extends T> records) {
        batches.add(Collections.unmodifiableList(new ArrayList<>(records)), partitions);
        return this;
    }

    TestBatches<T> batches() {
        return batches;
    }
}
