/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The blocks at which those batches began that are not decided, or can be had again, so that the log keeps them. Each batch
 * counts, whether it took something or not: a receiver that falls silent must not keep its last blocks for ever. Batches
 * have the numbers 1, 2, 3... from the very first on. Safe for several threads.
 */
final class RetainedBlocks {
    private final int most;
    private final Deque<Long> begins; // of consecutive batches, the last of which is the newest
    private long newest;
    private long decided;
    private long next;

    /**
     * @param next the number of the block that comes next
     * @param begins what was stored of earlier batches
     * @param newest the number of the batch with which they were stored
     */
    RetainedBlocks(InputServices services, long next, List<Long> begins, long newest) {
        most = services.retainedBatches();
        this.begins = new ArrayDeque<>(begins);
        this.newest = newest;
        this.next = next;
        decided = services.decided();
        long planned = decided + services.planned();
        forget();
        this.newest = Math.max(this.newest, decided - most); // those before are of no interest
        while (this.newest < planned) {
            planned(next, next); // they took nothing, or it would have been stored
        }
    }

    /**
     * The beginnings of batches that are stored with a batch.
     *
     * @param blocks where the last batches began, in order
     * @param newest the number of the last of them
     */
    record Begins(List<Long> blocks, long newest) {}

    /** The next batch takes the blocks from {@code from} until before {@code until}. */
    synchronized Begins planned(long from, long until) {
        begins.addLast(from);
        newest++;
        next = until;
        return new Begins(List.copyOf(begins), newest);
    }

    /** Forgets the batch that was just planned, because it took nothing and is no batch. */
    synchronized void skipped() {
        begins.removeLast();
        newest--;
    }

    /**
     * The next batch is decided.
     *
     * @return the first block that is needed
     */
    synchronized long decided() {
        decided++;
        forget();
        return begins.isEmpty() ? next : begins.getFirst();
    }

    private void forget() {
        while (!begins.isEmpty() && newest - begins.size() < decided - most) {
            begins.removeFirst();
        }
    }
}
