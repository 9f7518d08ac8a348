/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.LogDirectory;
import dev.millrace.internal.log.LogWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the receipts of all staged outputs: which batches they have published, for people and tools, and to find that a
 * journal has lost its end. A batch that recovery publishes again has one receipt, one that was taken back has none. A program
 * begins with what it keeps of those before, the last {@value #KEPT} of each output, and deletes the segments that held
 * these; it does the same after as many batches. Safe for several threads.
 */
final class ReceiptLog implements AutoCloseable {
    private static final int KEPT = 1_000;
    private static final int MOST_SEGMENTS = 100; // of a store that cannot append

    private final LogDirectory directory;
    private final Epoch epoch;
    private final Map<String, NavigableMap<Long, Integer>> receipts;
    private final Map<String, String> places;
    private @Nullable LogWriter log;
    private int sinceBegin;

    /** @param before what was there when the program had taken the checkpoint */
    ReceiptLog(CheckpointFiles files, Epoch epoch, Receipts before) {
        directory = Receipts.directory(files);
        this.epoch = epoch;
        receipts = before.byOutput();
        places = new TreeMap<>(before.places());
    }

    /** Adds the receipts of a batch; durable on return, which is before the commit: what is committed is published no more. */
    synchronized void append(long time, Map<String, Integer> parts) throws IOException {
        LogWriter writer = writer(); // also if they are there already: a predecessor may not have made them durable
        Map<String, Map<Long, Integer>> added = new HashMap<>();
        parts.forEach((output, count) -> {
            if (of(output).putIfAbsent(time, count) == null) {
                added.put(output, Map.of(time, count));
            }
        });
        if (!added.isEmpty()) {
            write(writer, new ReceiptRecord(false, added, Map.of()));
        }
    }

    synchronized void takeBack(String output, long time) throws IOException {
        LogWriter writer = writer();
        of(output).remove(time);
        write(writer, new ReceiptRecord(false, Map.of(output, Map.of(time, ReceiptRecord.TAKEN_BACK)), Map.of()));
    }

    /** Says where the receipts of an output are from now on, if that is new; durable on return. */
    synchronized void place(String output, String place) throws IOException {
        if (!place.equals(places.get(output))) {
            LogWriter writer = writer();
            places.put(output, place);
            write(writer, new ReceiptRecord(false, Map.of(), Map.of(output, place)));
        }
    }

    private NavigableMap<Long, Integer> of(String output) {
        return receipts.computeIfAbsent(output, name -> new TreeMap<>());
    }

    private void write(LogWriter writer, ReceiptRecord record) throws IOException {
        writer.append(record.encode());
        writer.sync();
        sinceBegin++;
    }

    private LogWriter writer() throws IOException {
        LogWriter writer = log;
        return writer == null || sinceBegin >= KEPT || writer.closedSegments() >= MOST_SEGMENTS ? begin() : writer;
    }

    /** Begins a segment with what is kept, and then deletes those before. */
    private LogWriter begin() throws IOException {
        close();
        List<EpochFile> old = directory.all();
        long number = old.isEmpty() ? 0 : old.get(old.size() - 1).number();
        LogWriter writer = new LogWriter(directory, number, epoch);
        log = writer;
        sinceBegin = 0;
        for (NavigableMap<Long, Integer> batches : receipts.values()) {
            while (batches.size() > KEPT) {
                batches.pollFirstEntry();
            }
        }
        write(writer, new ReceiptRecord(true, receipts, places));
        directory.deleteUntil(number, old, epoch.number(), () -> {});
        return writer;
    }

    @Override
    public synchronized void close() throws IOException {
        if (log != null) {
            log.close(); // each receipt is durable already
            log = null;
        }
    }
}
