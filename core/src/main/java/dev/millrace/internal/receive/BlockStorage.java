/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.EncodedList;
import dev.millrace.internal.conf.Malformed;
import dev.millrace.internal.conf.SocketOptions;
import dev.millrace.internal.io.MalformedInput;
import dev.millrace.rdd.StorageLevel;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The places of the blocks of one stream, by its storage level. With a log each block is written there first, and stands in
 * memory too while there is room. Without one it stands in memory; what finds no room goes to a scratch log if the level
 * allows disk and the codec knows its types, or makes the receivers wait.
 */
final class BlockStorage {
    private final String stream;
    private final StorageLevel level;
    private final Reception reception;
    private final ReceiverGate.Share share;
    private final BlockReading reading;
    private final BlockReading recovering;
    private final SpareArrays spares;
    private long retained = Long.MIN_VALUE; // what the log was told last
    private long scratched; // how many blocks went to the scratch log, which wants a numbering without gaps

    BlockStorage(String stream, StorageLevel level, Reception reception) {
        share = reception.gate().newShare();
        this.stream = stream;
        this.level = level;
        this.reception = reception;
        spares = new SpareArrays(reception.spareBytes());
        reading = new BlockReading(
                stream,
                reception.codec(),
                MalformedInput.of(reception.settings(), SocketOptions.MALFORMED_INPUT, stream),
                reception.settings().get(SocketOptions.MAX_LINE_BYTES),
                reception.mostRecordBytes(),
                true);
        recovering = reading.unchecked();
    }

    /** The share of this receiver in the room of all. */
    ReceiverGate.Share share() {
        return share;
    }

    <T> BlockBuilder<T> builder() {
        boolean asObjects = level.deserialized() && reception.log() == null;
        return new BlockBuilder<>(reading, spares, asObjects, reception.blockBytes());
    }

    List<LoggedBlock> recovered() {
        WriteAheadLog log = reception.log();
        return log == null
                ? List.of()
                : log.recovered().stream()
                        .filter(block -> block.header().stream().equals(stream))
                        .toList();
    }

    /**
     * A block that an earlier run has logged.
     *
     * @param taken whether a batch of that run has taken it: such blocks are not waited for
     */
    <T> ReceivedBlock<T> recoveredBlock(LoggedBlock logged, boolean taken) {
        BlockHeader header = logged.header();
        ReceivedBlock<T> block = new ReceivedBlock<>(
                header.records(),
                BlockFormat.of(header.format()),
                recovering,
                null,
                logged.place().length());
        WriteAheadLog log = reception.log();
        if (log != null) {
            block.storedIn(log, logged.place(), header.sequence());
        }
        if (!taken) {
            count(block);
        }
        return block;
    }

    /**
     * A block that the program has encoded. It is looked at first, because a batch that cannot read it would fail whenever it
     * is run.
     *
     * @param encodedList not copied
     * @throws CodecException if it cannot be read, unless it is to be put aside when its batch runs
     */
    <T> ReceivedBlock<T> encodedBlock(byte[] encodedList) {
        try {
            EncodedList list = new EncodedList(reading.codec(), encodedList);
            list.check(reading.mostRecordBytes());
            return new ReceivedBlock<>(
                    list.size(), BlockFormat.RECORDS, reading, new Payload(encodedList), encodedList.length);
        } catch (CodecException e) {
            if (reading.malformed().policy() != Malformed.QUARANTINE) {
                throw new CodecException(e.getMessage() + "; nothing of the block is stored");
            }
            byte[] aside = RecordsOfBlock.unreadable(encodedList, String.valueOf(e.getMessage()));
            return new ReceivedBlock<>(1, BlockFormat.UNREADABLE, reading, new Payload(aside), aside.length);
        }
    }

    /** Completes when the block is as durable as it will be: in the log, or without one wherever it stands. */
    CompletableFuture<Void> store(long number, ReceivedBlock<?> block, @Nullable Object position) {
        count(block);
        try {
            return place(number, block, position);
        } catch (RuntimeException | Error e) {
            release(List.of(block));
            throw e;
        }
    }

    private CompletableFuture<Void> place(long number, ReceivedBlock<?> block, @Nullable Object position) {
        WriteAheadLog log = reception.log();
        block.accounted = level.useMemory() && reception.takeMemory(block.bytes);
        if (log != null) {
            return append(log, number, block, position);
        }
        if (!block.accounted && level.useDisk() && block.encode()) {
            CompletableFuture<Void> stored = append(reception.scratch(), scratched, block, null);
            scratched++;
            return stored;
        }
        if (!block.accounted) {
            block.crowding = true;
            share.crowded(block.bytes);
        }
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> append(
            WriteAheadLog log, long number, ReceivedBlock<?> block, @Nullable Object position) {
        Payload payload = block.encoded();
        BlockHeader header = new BlockHeader(stream, number, block.format().id(), block.records(), position);
        CompletableFuture<LogPlace> appended = log.append(header, payload.bytes(), 0, payload.length());
        reception.gate().unlogged(payload.length());
        return appended.handle((place, problem) -> {
            reception.gate().unlogged(-payload.length());
            if (problem != null) {
                throw problem instanceof RuntimeException known ? known : new IllegalStateException(problem);
            }
            block.storedIn(log, place, number);
            if (!block.accounted) { // no batch has read it yet, because it was not durable
                block.dropContent();
                if (block.format() == BlockFormat.LINES) {
                    spares.give(payload.bytes());
                }
            }
            return null;
        });
    }

    /**
     * No batch of this run reads these blocks any more, nor any before them.
     *
     * @param from blocks from this one on stay in the log
     */
    void retire(Collection<? extends ReceivedBlock<?>> blocks, long from) {
        WriteAheadLog log = reception.log();
        if (log != null) {
            if (from > retained) { // or a silent stream would wake the log's thread with each batch
                retained = from;
                log.retire(Map.of(stream, from));
            }
        } else {
            Map<WriteAheadLog, Long> needed = new HashMap<>(); // only some blocks are in the scratch log
            blocks.forEach(block -> block.logNumber((scratch, number) -> needed.put(scratch, number + 1)));
            needed.forEach((scratch, number) -> scratch.retire(Map.of(stream, number)));
        }
        release(blocks);
    }

    /** This program reads these blocks no more; what is logged stays there. */
    void release(Collection<? extends ReceivedBlock<?>> blocks) {
        for (ReceivedBlock<?> block : blocks) {
            if (block.accounted) {
                reception.releaseMemory(block.bytes);
            }
            if (block.crowding) {
                share.crowded(-block.bytes);
            }
            block.dropContent();
            if (block.counted) {
                share.processed(block.bytes);
            }
        }
    }

    private void count(ReceivedBlock<?> block) {
        block.counted = true;
        share.sealed(block.bytes);
    }

    long nanos() {
        return reception.clock().nanos();
    }

    boolean isLogged() {
        return reception.log() != null;
    }
}
