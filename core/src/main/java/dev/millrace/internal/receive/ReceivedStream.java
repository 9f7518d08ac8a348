/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CancelledException;
import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.errors.Causes;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of one input: its open block, and its sealed blocks by number from the oldest that a batch may still read.
 * A block is sealed, then durable, then taken by a batch, then retired; always in order. Safe for several threads; all of
 * a stream's storing is one after the other under its lock, so that blocks keep the order of their records.
 */
final class ReceivedStream<T> {
    private final String name;
    private final String shown;
    private final BlockStorage storage;
    private final BlockBuilder<T> open;
    private final Consumer<Object> onDurable;
    private final NavigableMap<Long, ReceivedBlock<T>> blocks = new TreeMap<>();
    private long sealed; // numbers below are sealed
    private long durable; // numbers below are durable
    private long taken; // numbers below belong to batches
    private @Nullable Object durablePosition;
    private @Nullable Object takenPosition;
    private @Nullable RuntimeException failure;
    private CompletableFuture<Void> lastSealed = CompletableFuture.completedFuture(null);

    /**
     * @param shown its name, operator and line
     * @param taken the number of the first block that no batch has taken
     * @param position where the source was when that was so, or null
     * @param onDurable hears of positions that have become durable
     */
    ReceivedStream(
            String name,
            String shown,
            BlockStorage storage,
            long taken,
            @Nullable Object position,
            Consumer<Object> onDurable) {
        this.name = name;
        this.shown = shown;
        this.storage = storage;
        this.onDurable = onDurable;
        this.taken = taken;
        durablePosition = position;
        takenPosition = position;
        open = storage.builder();
        recover(storage.recovered());
        durable = sealed;
    }

    private void recover(List<LoggedBlock> logged) {
        for (LoggedBlock one : logged) {
            BlockHeader header = one.header();
            boolean wasTaken = header.sequence() < taken;
            ReceivedBlock<T> block = storage.recoveredBlock(one, wasTaken);
            block.number = header.sequence();
            block.position = header.position();
            blocks.put(block.number, block);
            durablePosition = wasTaken || header.position() == null ? durablePosition : header.position();
        }
        if (!blocks.isEmpty()) {
            LogEnd.check(name, blocks.lastKey() + 1, taken);
        }
        if (!blocks.isEmpty() && blocks.firstKey() > taken) {
            throw new CheckpointException("no batch has taken the blocks of " + name + " from " + taken
                    + " on, and the log begins with block " + blocks.firstKey()
                    + "; the directory wal has lost its oldest files: put them back." + LogEnd.ONE_BACKUP);
        }
        sealed = blocks.isEmpty() ? taken : blocks.lastKey() + 1;
    }

    // ---- storing: receivers' threads ----

    synchronized void add(Session session, T record, @Nullable Object position) {
        check(session);
        if (open.holdsLines()) {
            seal();
        }
        try {
            open.add(record, position);
        } catch (CodecException e) {
            throw new CodecException(shown + " cannot store " + e.getMessage(), e);
        }
        sealIfFull();
    }

    synchronized void addLines(Session session, byte[] bytes, int offset, int length, int lines) {
        check(session);
        if (open.holdsRecords()) {
            seal();
        }
        open.addLines(bytes, offset, length, lines);
        sealIfFull();
    }

    private void check(Session session) {
        checkWhole();
        session.check();
    }

    private void sealIfFull() {
        if (open.isFull()) {
            seal();
        }
    }

    /** A block of its own, behind all that was stored before. */
    synchronized CompletableFuture<Void> addBlock(Session session, List<T> records, @Nullable Object position) {
        check(session);
        sealBefore();
        return records.isEmpty() && position == null ? lastSealed : append(open.block(records), position);
    }

    /** A block that is encoded already. */
    synchronized CompletableFuture<Void> addEncoded(
            Session session, ReceivedBlock<T> block, @Nullable Object position) {
        check(session);
        sealBefore();
        return append(block, position);
    }

    /** A block of an encoded list, for {@link #addEncoded}. */
    ReceivedBlock<T> encodedBlock(byte[] encodedList) {
        return storage.encodedBlock(encodedList);
    }

    /** Nothing may be logged behind records that cannot be: its position would say that they are durable. */
    private void sealBefore() {
        seal();
        checkWhole();
    }

    /** Closes the open block, if there is anything in it. A failure is kept for the next batch to tell. */
    synchronized CompletableFuture<Void> seal() {
        if (failure == null && !open.isEmpty()) {
            try {
                Object position = open.position();
                append(open.seal(), position);
            } catch (RuntimeException e) {
                lastSealed = CompletableFuture.failedFuture(broken(e));
            }
        }
        return lastSealed;
    }

    private CompletableFuture<Void> append(ReceivedBlock<T> block, @Nullable Object position) {
        long number = sealed;
        block.number = number;
        block.position = position;
        block.sealedNanos = storage.nanos();
        CompletableFuture<Void> stored = storage.store(number, block, position);
        blocks.put(number, block);
        sealed++;
        lastSealed = lastSealed.thenCompose(before -> stored).whenComplete((done, problem) -> {
            if (problem == null) {
                durable(number, position);
            } else {
                broken(problem);
            }
        });
        return lastSealed;
    }

    private void durable(long number, @Nullable Object position) {
        synchronized (this) {
            durable = Math.max(durable, number + 1);
            durablePosition = position != null ? position : durablePosition;
        }
        if (position != null) {
            onDurable.accept(position);
        }
    }

    private synchronized RuntimeException broken(Throwable outcome) {
        Throwable problem =
                outcome instanceof CompletionException && outcome.getCause() != null ? outcome.getCause() : outcome;
        if (failure == null) {
            failure = new MillraceException(
                    "what " + shown + " received cannot be kept: " + Causes.text(problem), problem);
        }
        return failure;
    }

    /** Fails if something that was stored before could not be kept. */
    synchronized void checkWhole() {
        if (failure != null) {
            throw failure;
        }
    }

    synchronized @Nullable Object durablePosition() {
        return durablePosition;
    }

    // ---- batches: driver loop and batch thread ----

    /** Takes the blocks that are durable and were not taken before, as far as a batch takes them. */
    synchronized TakenBlocks take(BatchCut cut) {
        checkWhole();
        long from = taken;
        long records = 0;
        long bytes = 0;
        Long since = null; // when the first was sealed
        for (ReceivedBlock<T> block : blocks.subMap(from, durable).values()) {
            if (taken > from && cut.ends(bytes + block.bytes, since, block.sealedNanos)) {
                break;
            }
            since = taken == from ? block.sealedNanos : since;
            records += block.records();
            bytes += block.bytes;
            takenPosition = block.position != null ? block.position : takenPosition;
            taken = block.number + 1;
        }
        return new TakenBlocks(from, taken, records, takenPosition);
    }

    /** Returns whether something is durable that no batch has taken. */
    synchronized boolean hasMore() {
        return taken < durable;
    }

    /** The blocks of a batch of this run or of an earlier one. */
    synchronized List<ReceivedBlock<T>> blocks(long from, long until) {
        List<ReceivedBlock<T>> found =
                new ArrayList<>(blocks.subMap(from, until).values());
        if (found.size() != until - from && !storage.isLogged()) {
            System.getLogger("dev.millrace.streaming.receiver")
                    .log(
                            System.Logger.Level.WARNING,
                            "a batch of an earlier run had the blocks {0} to {1} of {2}, which were not logged and are lost",
                            from,
                            until - 1,
                            name);
        } else if (found.size() != until - from) {
            throw new MillraceException("a batch has the blocks " + from + " to " + (until - 1) + " of " + name
                    + ", and only " + found.size()
                    + " of them are in the log; put back the directory wal that belongs to the checkpoint."
                    + LogEnd.ONE_BACKUP);
        }
        return found;
    }

    /**
     * No batch of this run will read blocks below {@code until} any more.
     *
     * @param retained blocks from this one on may be wanted by a later run, if they are in the log
     */
    void retire(long until, long retained) {
        storage.retire(remove(until), retained);
    }

    private synchronized List<ReceivedBlock<T>> remove(long until) {
        NavigableMap<Long, ReceivedBlock<T>> old = blocks.headMap(until, false);
        List<ReceivedBlock<T>> removed = new ArrayList<>(old.values());
        old.clear();
        return removed;
    }

    /** Takes no more, and lets go of what it holds; what is logged waits for the next start. */
    void close() {
        synchronized (this) {
            failure = failure != null ? failure : new CancelledException(name + " has ended; the record is not stored");
        }
        storage.release(remove(Long.MAX_VALUE));
    }
}
