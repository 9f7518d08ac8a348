/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The blocks that wait for the thread of the log, which is woken when one comes. They are taken in the order in which they came, all that
 * are there at once. The queue has no bound: a caller that adds blocks sees to it that not too much waits.
 */
final class AppendQueue {
    /** A block to write. */
    record Append(
            BlockHeader header,
            byte[] head,
            byte[] payload,
            int offset,
            int length,
            CompletableFuture<LogPlace> durable) {}

    /** The next work of the thread of the log: it writes these blocks, then forgets those before these numbers. */
    record Work(List<Append> appends, Map<String, Long> firstNeeded) {}

    private final Map<String, Long> nextSequence;
    private final Runnable wake;
    private boolean woken;
    private List<Append> appends = new ArrayList<>();
    private Map<String, Long> firstNeeded = new HashMap<>();
    private @Nullable Supplier<RuntimeException> refusal;

    /**
     * @param nextSequence for each stream that is known, the number that its next block must have
     * @param wake has a thread {@link #take} soon; called once until that is done
     */
    AppendQueue(Map<String, Long> nextSequence, Runnable wake) {
        this.nextSequence = new HashMap<>(nextSequence);
        this.wake = wake;
    }

    /** Adds a block, or fails its future if nothing is taken any more. */
    synchronized void add(Append append) {
        if (refusal != null) {
            append.durable().completeExceptionally(refusal.get());
            return;
        }
        checkSequence(append.header());
        appends.add(append);
        wakeOnce();
    }

    private void wakeOnce() {
        if (!woken) {
            woken = true;
            wake.run();
        }
    }

    private void checkSequence(BlockHeader header) {
        long due = nextSequence.getOrDefault(header.stream(), header.sequence());
        if (header.sequence() != due) {
            throw new IllegalArgumentException("the stream " + header.stream() + " logs block " + header.sequence()
                    + " where block " + due + " is due; number the blocks of a stream without gaps");
        }
        nextSequence.put(header.stream(), due + 1);
    }

    /** Has blocks forgotten, some time. */
    synchronized void retire(Map<String, Long> before) {
        if (refusal == null) {
            before.forEach((stream, sequence) -> firstNeeded.merge(stream, sequence, Math::max));
            wakeOnce();
        }
    }

    /** Takes all that is there; what is added after that wakes again. */
    synchronized Work take() {
        woken = false;
        Work work = new Work(appends, firstNeeded);
        appends = new ArrayList<>();
        firstNeeded = new HashMap<>();
        return work;
    }

    /** Takes nothing from now on, for the first reason that is given; what is there may still be taken. */
    synchronized void refuse(Supplier<RuntimeException> reason) {
        if (refusal == null) {
            refusal = reason;
        }
    }
}
