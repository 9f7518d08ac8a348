/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.BatchTime;
import java.time.Instant;
import java.util.List;

/** Batches in words. */
final class Batches {
    private Batches() {}

    /** Tells the number of batches, with the first and the last. */
    static String several(List<BatchTime> batches) {
        return switch (batches.size()) {
            case 0 -> "no batch";
            case 1 -> "1 batch, " + dated(batches.get(0));
            default ->
                batches.size() + " batches, from " + dated(batches.get(0)) + " to "
                        + dated(batches.get(batches.size() - 1));
        };
    }

    static String dated(BatchTime batch) {
        return batch + " (" + Instant.ofEpochMilli(batch.milliseconds()) + ")";
    }
}
