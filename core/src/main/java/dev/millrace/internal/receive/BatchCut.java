/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends a batch of received blocks before the last of them: a backlog that would not fit into memory is spread over
 * several batches. The blocks that came within two batch intervals are no backlog and are never cut, so that batches keep
 * up with whatever rate they can process.
 *
 * @param mostBytes how much of a backlog a batch takes
 */
public record BatchCut(long mostBytes, Duration interval) {
    /**
     * Returns whether a block is left to the next batch.
     *
     * @param bytes of the batch with the block
     * @param since when the first block of the batch was sealed, by the monotonic clock; null if in an earlier run
     * @param sealed when this one was
     */
    boolean ends(long bytes, @Nullable Long since, @Nullable Long sealed) {
        return bytes > mostBytes && (since == null || sealed == null || sealed - since > 2 * interval.toNanos());
    }
}
