/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.Clock;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.event.StreamingListener;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The parts that the receivers of one program share: the log or, without a checkpoint directory, a scratch log for what memory does
 * not hold; the gate; and the timer that seals blocks. Opened before the first receiver starts, closed after the last.
 */
public final class Reception implements AutoCloseable {
    private static final long MOST_SECONDS_TO_TELL = 5;
    private static final int BLOCK_HEAP_BYTES = 256; // of a block that stands on disk

    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.receiver");

    private final Settings settings;
    private final Clock clock;
    private final Threads threads;
    private final MemoryBudget memory;
    private final ValueCodec codec;
    private final Consumer<Consumer<StreamingListener>> listeners;
    private final ReceiverLog problems;
    private final ReceiverGate gate;
    private final long mostMemory;
    private final @Nullable WriteAheadLog log;
    private final ScheduledExecutorService timer;
    private final List<DurableNews> news = new CopyOnWriteArrayList<>();
    private @Nullable Scratch scratch;
    private long inMemory;

    /**
     * @param store where the log is, or null to have none
     * @param epoch of this program, which writes there
     * @param codec of the types that the program declares
     * @param listeners tells listeners of receivers
     */
    public Reception(
            @Nullable FileStore store,
            Epoch epoch,
            Settings settings,
            Clock clock,
            Threads threads,
            MemoryBudget memory,
            ValueCodec codec,
            Consumer<Consumer<StreamingListener>> listeners) {
        this.settings = settings;
        this.clock = clock;
        this.threads = threads;
        this.memory = memory;
        this.codec = codec;
        this.listeners = listeners;
        problems = new ReceiverLog(clock);
        mostMemory = memory.total() / 2;
        long mostUnlogged = Math.max(1 << 20, memory.total() / 8);
        gate = new ReceiverGate(
                settings.get(Options.RECEIVER_MAX_PENDING),
                mostUnlogged / BLOCK_HEAP_BYTES,
                mostUnlogged,
                store != null);
        log = store == null ? null : WriteAheadLog.open(store, settings.get(Options.LOG_SEGMENT_BYTES), epoch, threads);
        timer = threads.timer(work -> {
            Thread thread = new Thread(work, "millrace-blocks");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Returns whether this program is to log, and finds no file of a log. */
    boolean hasLostLog() {
        return log != null && log.isNew();
    }

    /** For each stream of which earlier runs have logged something, the number of its next block. */
    public Map<String, Long> nextBlocks() {
        Map<String, Long> next = new HashMap<>();
        if (log != null) {
            log.recovered()
                    .forEach(block ->
                            next.merge(block.header().stream(), block.header().sequence() + 1, Math::max));
        }
        return next;
    }

    /** Lets go of the blocks that the log has of some streams before these numbers. */
    public void retire(Map<String, Long> firstNeeded) {
        if (log != null) {
            log.retire(firstNeeded);
        }
    }

    Settings settings() {
        return settings;
    }

    Clock clock() {
        return clock;
    }

    Threads threads() {
        return threads;
    }

    ValueCodec codec() {
        return codec;
    }

    ReceiverGate gate() {
        return gate;
    }

    @Nullable
    WriteAheadLog log() {
        return log;
    }

    int blockBytes() {
        return (int) Math.min(1 << 30, settings.get(Options.RECEIVER_BLOCK_BYTES));
    }

    /** The most memory that a record that the program has encoded may take. */
    long mostRecordBytes() {
        return memory.total() / 4;
    }

    /** The bytes that each stream may keep for its next blocks. */
    long spareBytes() {
        return memory.total() / 16;
    }

    ReceiverLog problems() {
        return problems;
    }

    void tell(Consumer<StreamingListener> event) {
        listeners.accept(event);
    }

    /** Seals the open block of a stream every block interval, so that nothing waits long to become durable. */
    void sealRegularly(ReceivedStream<?> stream) {
        long nanos = settings.get(Options.BLOCK_INTERVAL).toNanos();
        timer.scheduleWithFixedDelay(() -> seal(stream), nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** An exception that it throws would end all seals behind it. */
    private static void seal(ReceivedStream<?> stream) {
        try {
            stream.seal();
        } catch (OutOfMemoryError e) {
            LOG.log(System.Logger.Level.WARNING, "there was no memory to seal a block; it is tried again", e);
        }
    }

    /** The way to tell a receiver what has become durable; it ends with this. */
    DurableNews news(String receiver, ReceiverThreads threads) {
        DurableNews of = new DurableNews(receiver, this.threads.timer(work -> threads.make("-durable", work)));
        news.add(of);
        return of;
    }

    /** Takes memory for a block if it is free; blocks never have more than half of the budget. */
    synchronized boolean takeMemory(long bytes) {
        if (inMemory + bytes > mostMemory || !memory.tryAcquireFree(bytes)) {
            return false;
        }
        inMemory += bytes;
        return true;
    }

    synchronized void releaseMemory(long bytes) {
        inMemory -= bytes;
        memory.release(bytes);
    }

    /** The log without promises that takes what finds no room in memory. */
    synchronized WriteAheadLog scratch() {
        if (scratch == null) {
            scratch = Scratch.create(settings.get(Options.LOG_SEGMENT_BYTES), threads);
        }
        return scratch.log();
    }

    @Override
    public void close() {
        timer.shutdown(); // seals no more
        news.forEach(DurableNews::end);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS_TO_TELL);
        try {
            if (!timer.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                timer.shutdownNow();
            }
            for (DurableNews of : news) {
                of.awaitTold(until - System.nanoTime(), problems);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        news.forEach(DurableNews::interrupt);
        problems.end();
        if (log != null) {
            log.close();
        }
        synchronized (this) {
            if (scratch != null) {
                scratch.close();
            }
        }
    }
}
