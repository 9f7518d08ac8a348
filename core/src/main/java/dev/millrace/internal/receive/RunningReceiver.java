/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.io.ByteScan;
import dev.millrace.internal.lineage.BlocksNode;
import dev.millrace.streaming.receiver.Receiver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One receiver of a running program: its supervisor, its stream of blocks, and its rate. */
public final class RunningReceiver<T> {
    private final Receiver<T> receiver;
    private final Reception reception;
    private final String name;
    private final int id;
    private final ReceivedStream<T> stream;
    private final RateLimiter limiter;
    private final Admission admission;
    private final ReceiverSupervisor<T> supervisor;
    private final ReceiverThreads threads;

    /**
     * Which input of the program it is.
     *
     * @param id the number of the input
     * @param shown its name, operator and line
     */
    public record Identity(String name, int id, String shown) {}

    /**
     * @param taken the number of the first block that no batch has taken
     * @param position where the source was when that was so, or null
     */
    public RunningReceiver(
            Receiver<T> receiver, Reception reception, Identity identity, long taken, @Nullable Object position) {
        this.reception = reception;
        this.receiver = receiver;
        name = identity.name();
        threads = new ReceiverThreads(name);
        id = identity.id();
        limiter = limiter(reception);
        DurableNews news = reception.news(name, threads);
        BlockStorage storage = new BlockStorage(name, receiver.storageLevel(), reception);
        admission = new Admission(name, limiter, reception.gate(), storage.share());
        stream = new ReceivedStream<>(
                name, identity.shown(), storage, taken, position, durable -> news.tell(() -> tellDurable(durable)));
        supervisor = new ReceiverSupervisor<>(receiver, stream, admission, reception, name, id, threads);
        ReceiverAccess.receivers().attach(receiver, this);
    }

    private static RateLimiter limiter(Reception reception) {
        double most = reception.settings().get(Options.RECEIVER_MAX_RATE);
        double first = reception.settings().get(Options.BACKPRESSURE)
                ? reception.settings().get(Options.BACKPRESSURE_INITIAL_RATE)
                : Double.POSITIVE_INFINITY;
        return new RateLimiter(reception.clock(), most, first);
    }

    // ---- the program's side ----

    /** Returns whether what it stores is logged. */
    public boolean isLogged() {
        return reception.log() != null;
    }

    /** Tells operators if there is no log any more, from which batches have taken all blocks before {@code next}. */
    public void expectLog(long next) {
        if (reception.hasLostLog()) {
            reception
                    .problems()
                    .problem(
                            name,
                            "has no log any more, from which batches have taken its blocks up to " + (next - 1)
                                    + ": what it had stored since, if anything, is lost. If the directory wal of the"
                                    + " checkpoint was not deleted on purpose, stop, and put it back from the backup that"
                                    + " the rest is from",
                            null);
        }
    }

    /** Lets the receiver begin. */
    public void start() {
        reception.sealRegularly(stream);
        supervisor.start();
    }

    /** Its threads that live now. */
    public Set<Thread> threads() {
        return threads.alive();
    }

    /** Asks the receiver to end; what it stored is sealed. Returns at once. */
    public void requestStop() {
        supervisor.stopWithProgram();
    }

    /** Returns when the receiver has ended; batches must go on meanwhile, because it may wait for room. */
    public void awaitStopped() {
        supervisor.awaitStopped();
    }

    /** The edge of a batch: what was stored so far belongs to it. */
    public void seal() {
        stream.seal();
    }

    /**
     * Takes the blocks that are durable and were not taken before, up to where a backlog is cut; waits until the blocks that
     * were sealed are stored.
     */
    public TakenBlocks take(Duration interval) {
        awaitStored(stream.seal());
        return stream.take(new BatchCut(reception.settings().get(Options.RECEIVER_BATCH_BYTES), interval));
    }

    /** Returns whether a batch has left something of a backlog to the next one. */
    public boolean hasMore() {
        return stream.hasMore();
    }

    public List<? extends BlocksNode.Block<T>> blocks(long from, long until) {
        return stream.blocks(from, until);
    }

    /**
     * The batch that took the blocks below {@code until} is decided.
     *
     * @param retained blocks from this one on may be wanted again by a later run
     */
    public void retire(long until, long retained) {
        stream.retire(until, retained);
    }

    /** Sets the greatest number of records a second, for back-pressure. */
    public void setRate(double recordsPerSecond) {
        limiter.setRate(recordsPerSecond);
    }

    /**
     * Ends the receiver if that was not done, and makes durable what it has stored until its onStop has returned. No batch
     * processes that, so it waits for none; and not for long.
     *
     * @throws MillraceException if that cannot be kept
     */
    public void close() {
        reception.gate().lastBatchOver();
        limiter.lift();
        requestStop();
        supervisor.awaitStoppedOrLeave();
        try {
            reception.threads().join(stream.seal());
            stream.checkWhole();
        } catch (CompletionException e) {
            throw cannotStore(e.getCause());
        } finally {
            stream.close();
        }
    }

    private void tellDurable(Object position) {
        try {
            ReceiverAccess.receivers().durable(receiver, position);
        } catch (Throwable e) { // it is durable, whatever becomes of the news
            supervisor.reportError("onDurable() failed", e);
        }
    }

    // ---- the receiver's side ----

    public void store(T record, @Nullable Object position) {
        checkRecord(record);
        stream.add(admission.await(1), record, position);
    }

    private void checkRecord(@Nullable T record) {
        if (record == null) {
            throw new IllegalArgumentException(
                    "receiver " + name + " stores a record that is null; a record is never null, so leave it out");
        }
    }

    /** Whole lines of UTF-8, each with its line end; for receivers of text. Like {@link #store}. */
    public void storeLines(byte[] bytes, int offset, int length, int lines) {
        int from = offset;
        int left = lines;
        for (int most = limiter.mostAtOnce(); left > most; most = limiter.mostAtOnce()) {
            int until = ByteScan.after(bytes, from, offset + length, (byte) '\n', most);
            storeAtOnce(bytes, from, until, most);
            from = until;
            left -= most;
        }
        storeAtOnce(bytes, from, offset + length, left);
    }

    private void storeAtOnce(byte[] bytes, int from, int until, int lines) {
        stream.addLines(admission.await(lines), bytes, from, until - from, lines);
    }

    /** One block; returns when it is durable. */
    public void storeAll(Iterator<? extends T> records, @Nullable Object position) {
        List<T> all = new ArrayList<>();
        records.forEachRemaining(record -> {
            checkRecord(record);
            all.add(record);
        });
        awaitStored(stream.addBlock(admission.await(all.size()), all, position));
    }

    /** One block of an encoded list; returns when it is durable. */
    public void storeEncoded(ByteBuffer encodedList, @Nullable Object position) {
        byte[] bytes = new byte[encodedList.remaining()];
        encodedList.duplicate().get(bytes);
        storeOwnEncoded(bytes, position);
    }

    /** The same of an array that the caller leaves alone from now on. */
    public void storeOwnEncoded(byte[] encodedList, @Nullable Object position) {
        ReceivedBlock<T> block = stream.encodedBlock(encodedList);
        awaitStored(stream.addEncoded(admission.await(Math.toIntExact(block.records())), block, position));
    }

    private void awaitStored(CompletableFuture<Void> stored) {
        try {
            reception.threads().await(stored, Long.MAX_VALUE);
            stored.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException(
                    "receiver " + name
                            + " was interrupted while it waited for its block to become durable; the block may be stored or not");
        } catch (CompletionException e) {
            throw cannotStore(e.getCause());
        }
    }

    private MillraceException cannotStore(@Nullable Throwable cause) {
        return cause instanceof MillraceException known
                ? known
                : new MillraceException("receiver " + name + " could not store a block: " + cause, cause);
    }

    public Optional<Object> lastDurablePosition() {
        return Optional.ofNullable(stream.durablePosition());
    }

    public void reportError(String message, @Nullable Throwable error) {
        supervisor.reportError(message, error);
    }

    /**
     * @param delay null for that of the configuration
     */
    public void restart(String message, @Nullable Throwable error, @Nullable Duration delay) {
        supervisor.restart(message, error, delay);
    }

    public void stop(String message, @Nullable Throwable error) {
        supervisor.stop(message, error);
    }

    public boolean isStarted() {
        return supervisor.isStarted();
    }

    public boolean isStopped() {
        return supervisor.isStopped();
    }

    public int streamId() {
        return id;
    }
}
