/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.Extent;
import dev.millrace.internal.log.FileReport;
import dev.millrace.internal.log.LogDirectory;
import dev.millrace.internal.log.LogSegments;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One log for all receivers of a program, in the directory {@code wal} of its checkpoint; docs/formats/log.md. Safe for
 * several threads. The checkpoint's owner keeps other programs away.
 */
public final class WriteAheadLog implements AutoCloseable {
    private static final int MOST = Integer.MAX_VALUE - 64 * 1024;

    private final FileStore store;
    private final LogDirectory directory;
    private final AppendQueue queue;
    private final BlockWriter writer;
    private final ExecutorService thread;
    private final boolean isNew;
    private volatile @Nullable Thread own; // none before the first block
    private List<LoggedBlock> recovered;

    private WriteAheadLog(FileStore store, long segmentBytes, Epoch epoch, Threads threads) throws IOException {
        this.store = store;
        LogScan scan =
                LogScan.toGoOn(new CheckpointFiles(store, epoch.identity().checkpointId()), epoch.number());
        directory = scan.log().directory();
        recovered = List.copyOf(scan.blocks());
        isNew = epoch.number() > 0 && scan.segments().isEmpty();
        queue = new AppendQueue(scan.nextSequences(), this::wake);
        writer = new BlockWriter(segmentBytes, epoch, queue, scan);
        thread = threads.pool(1, this::thread);
    }

    private Thread thread(Runnable work) {
        Thread made = new Thread(work, "millrace-wal");
        made.setDaemon(true);
        own = made;
        return made;
    }

    /**
     * Reads the log that is there, all of it, with its checksums. Writes nothing before the first append, which begins a
     * new segment.
     *
     * @param segmentBytes the size at which a segment is full
     * @throws CheckpointException if the log is damaged, with file and byte, or cannot be read; an append at its end that
     *     was cut off is no damage
     */
    public static WriteAheadLog open(FileStore store, long segmentBytes, Threads threads) {
        return open(store, segmentBytes, Epoch.NONE, threads);
    }

    /**
     * The same, of a log that another program may take over. Then no block is said to be durable any more.
     *
     * @param epoch of this program
     */
    public static WriteAheadLog open(FileStore store, long segmentBytes, Epoch epoch, Threads threads) {
        try {
            return new WriteAheadLog(store, segmentBytes, epoch, threads);
        } catch (IOException e) {
            throw unreadable(store, e);
        }
    }

    /** Returns whether this is the first run that has a log, as far as the files tell. Of a reader, it never is. */
    public boolean isNew() {
        return isNew;
    }

    /** Returns whether there is a log, of whatever content. */
    public static boolean isIn(FileStore store) throws IOException {
        return !store.list(LogScan.DIRECTORY).isEmpty();
    }

    /** For each stream in the log, the number of its first block. Reads the whole log. */
    public static Map<String, Long> firstSequences(FileStore store) throws IOException {
        return LogScan.of(Ownership.filesIn(store)).blocks().stream()
                .map(LoggedBlock::header)
                .collect(Collectors.toMap(BlockHeader::stream, BlockHeader::sequence, Math::min));
    }

    /** For each stream of which the log has something, the number of its next block. Nothing is written. */
    public static Map<String, Long> nextBlocks(FileStore store) {
        try {
            return LogScan.of(Ownership.filesIn(store)).nextSequences();
        } catch (IOException e) {
            throw unreadable(store, e);
        }
    }

    /** The state of each file of a log, also of those that a start would not look at. Nothing is locked or written. */
    public static List<FileReport> verify(CheckpointFiles files) throws IOException {
        return LogScan.verify(files);
    }

    /** Returns how far each segment of the log goes now. Nothing is locked or written. */
    public static List<Extent> extents(CheckpointFiles files) throws IOException {
        return LogSegments.of(LogScan.directory(files)).extents();
    }

    private static CheckpointException unreadable(FileStore store, IOException e) {
        return new CheckpointException(
                "the write-ahead log " + store.location() + "/" + LogScan.DIRECTORY + " cannot be read: " + e
                        + "; check the path and its rights",
                e);
    }

    /**
     * Returns what earlier runs have logged, in order of the log, without what {@link #retire} has named since. Blocks that an
     * earlier run had retired may be among it. Within a stream there is no gap; whether its first block is the one that is
     * needed, only the caller can know.
     */
    public synchronized List<LoggedBlock> recovered() {
        return recovered;
    }

    /**
     * Has a block logged. The future completes on the log's thread, in the order of the calls, when the block is durable;
     * what is attached to it must be short. It fails if the block may not be durable: the log is closed, or could not be
     * written, and then takes nothing any more. Never waits for the disk: the gate of the receivers bounds how much is under way.
     *
     * @param payload not copied: to be left alone until the future is complete
     * @throws IllegalArgumentException if the block is not the next one of its stream; any number may be the first
     * @throws dev.millrace.error.CodecException if the position is not of a built-in type
     */
    public CompletableFuture<LogPlace> append(BlockHeader header, byte[] payload, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, payload.length);
        byte[] head = LogRecord.encode(header);
        if (head.length + (long) length > MOST) {
            throw new IllegalArgumentException(
                    "a block of " + length + " bytes does not fit into the log; make blocks of" + " at most "
                            + (MOST - head.length) + " bytes");
        }
        AppendQueue.Append append =
                new AppendQueue.Append(header, head, payload, offset, length, new CompletableFuture<>());
        queue.add(append);
        return append.durable();
    }

    /**
     * The payload of a block again, checked. An interrupt of the thread neither stops this nor harms the log.
     *
     * @throws CheckpointException if the block is damaged
     */
    public byte[] read(LogPlace place) throws IOException {
        return directory.readBody(place.file(), place.offset(), place.length());
    }

    /**
     * Says that of each stream here the blocks before a number are not needed any more. Segments that hold nothing else are
     * deleted, from the oldest on, some time later on the log's thread. A stream that is not named ever keeps its blocks.
     * Not durable: {@link #recovered} may give such blocks again.
     */
    public void retire(Map<String, Long> firstNeeded) {
        synchronized (this) {
            recovered = recovered.stream()
                    .filter(block -> block.header().sequence()
                            >= firstNeeded.getOrDefault(block.header().stream(), Long.MIN_VALUE))
                    .toList();
        }
        queue.retire(firstNeeded);
    }

    /** Makes all durable that was appended, and ends. Later appends fail. A second call does nothing. */
    @Override
    public void close() {
        queue.refuse(() -> new IllegalStateException(
                "the write-ahead log " + store.location() + "/" + LogScan.DIRECTORY + " is closed"));
        end();
        boolean interrupted = false;
        while (Thread.currentThread() != own) {
            try {
                if (thread.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true; // what was appended must be durable first
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void end() {
        if (!thread.isShutdown()) {
            thread.execute(writer::end);
            thread.shutdown(); // when that is done
        }
    }

    private void wake() {
        thread.execute(writer::work);
    }
}
