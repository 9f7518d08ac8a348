/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.frames.FrameReader;
import dev.millrace.internal.frames.FrameWriter;
import dev.millrace.internal.owner.EpochFile;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The receipts of each staged output: which batches it has published, for people and tools, and to find that a journal has
 * lost its end. A batch that recovery publishes again has one receipt, one that was taken back has none. A program begins a file with what it keeps of those before, the
 * last {@value #KEPT}, and deletes these; it does the same when its own has twice as many.
 */
public final class ReceiptLedgers implements AutoCloseable {
    private static final String DIRECTORY = "receipts";
    private static final int KEPT = 10_000;
    private static final int TAKEN_BACK = -1;
    private static final ValueCodec CODEC = ValueCodec.builtIn();

    private final FileStore store;
    private final long epoch;
    private final Map<String, NavigableMap<Long, Integer>> before = new HashMap<>();
    private final Map<String, Ledger> ledgers = new HashMap<>();

    /** Reads what is there, so that damage is known before anything runs. */
    ReceiptLedgers(FileStore store, long epoch) throws IOException {
        this.store = store;
        this.epoch = epoch;
        for (String output : store.list(DIRECTORY)) {
            before.put(output, read(store, output));
        }
    }

    private record Ledger(FrameWriter writer, NavigableMap<Long, Integer> receipts) {}

    synchronized void append(String output, long time, int parts) throws IOException {
        Ledger ledger = ledger(output);
        if (!ledger.receipts().containsKey(time)) {
            if (ledger.receipts().size() >= 2 * KEPT) {
                ledger.writer().close();
                ledger = begin(output, ledger.receipts());
            }
            write(ledger, time, parts);
            ledger.writer().sync(); // before the commit: a committed batch is not published again
            ledger.receipts().put(time, parts);
        }
    }

    synchronized void takeBack(String output, long time) throws IOException {
        Ledger ledger = ledger(output);
        write(ledger, time, TAKEN_BACK);
        ledger.writer().sync();
        ledger.receipts().remove(time);
    }

    private static void write(Ledger ledger, long time, int parts) throws IOException {
        ledger.writer().append(CODEC.encode(List.of(time, parts)));
    }

    private Ledger ledger(String output) throws IOException {
        Ledger ledger = ledgers.get(output);
        return ledger == null ? begin(output, before.getOrDefault(output, new TreeMap<>())) : ledger;
    }

    private Ledger begin(String output, NavigableMap<Long, Integer> receipts) throws IOException {
        List<String> old = files(store, output);
        while (receipts.size() > KEPT) {
            receipts.pollFirstEntry();
        }
        long number = old.isEmpty() ? 1 : numberOf(old.get(old.size() - 1)) + 1;
        Ledger ledger =
                new Ledger(new FrameWriter(store, directory(output) + new EpochFile(number, epoch).name()), receipts);
        ledgers.put(output, ledger);
        for (Map.Entry<Long, Integer> receipt : receipts.entrySet()) {
            write(ledger, receipt.getKey(), receipt.getValue());
        }
        ledger.writer().sync();
        for (String file : old) {
            if (epochOf(file) <= epoch) { // not those of a program that has taken over
                store.delete(directory(output) + file);
            }
        }
        return ledger;
    }

    private static String directory(String output) {
        return DIRECTORY + "/" + output + "/";
    }

    private static List<String> files(FileStore store, String output) throws IOException {
        return store.list(DIRECTORY + "/" + output).stream()
                .sorted(Comparator.comparingLong(ReceiptLedgers::numberOf))
                .toList();
    }

    private static long numberOf(String file) {
        return Long.parseLong(file.split("-", 2)[0]);
    }

    /** Files that were written before there were epochs have none in their names. */
    private static long epochOf(String file) {
        return file.contains("-") ? Long.parseLong(file.split("-", 2)[1]) : 0;
    }

    static List<String> outputs(FileStore store) throws IOException {
        return store.list(DIRECTORY);
    }

    /** The last receipt of each output that has one, by name. */
    static Map<String, Receipt> last(FileStore store) throws IOException {
        Map<String, Receipt> last = new TreeMap<>();
        for (String output : store.list(DIRECTORY)) {
            Map.Entry<Long, Integer> newest = read(store, output).lastEntry();
            if (newest != null) {
                last.put(output, new Receipt(newest.getKey(), newest.getValue()));
            }
        }
        return last;
    }

    /** The outputs that have published later batches than {@code time}, by batch. */
    static NavigableMap<Long, Set<String>> publishedAfter(FileStore store, long time) throws IOException {
        NavigableMap<Long, Set<String>> published = new TreeMap<>();
        for (String output : store.list(DIRECTORY)) {
            for (long batch : read(store, output).tailMap(time, false).keySet()) {
                published.computeIfAbsent(batch, key -> new TreeSet<>()).add(output);
            }
        }
        return published;
    }

    /** One published batch. */
    public record Receipt(long time, int parts) {}

    /** The parts of each batch that an output has published. */
    private static NavigableMap<Long, Integer> read(FileStore store, String output) throws IOException {
        NavigableMap<Long, Integer> receipts = new TreeMap<>();
        for (String file : files(store, output)) {
            try (FrameReader reader = new FrameReader(store, directory(output) + file, true)) {
                for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                    Receipt receipt = decode(frame, store, directory(output) + file);
                    if (receipt.parts() == TAKEN_BACK) {
                        receipts.remove(receipt.time());
                    } else {
                        receipts.putIfAbsent(receipt.time(), receipt.parts());
                    }
                }
            }
        }
        return receipts;
    }

    private static Receipt decode(byte[] frame, FileStore store, String path) {
        try {
            if (CODEC.decode(frame) instanceof List<?> fields
                    && fields.size() == 2
                    && fields.get(0) instanceof Long time
                    && fields.get(1) instanceof Integer parts) {
                return new Receipt(time, parts);
            }
        } catch (CodecException e) {
            // no receipt
        }
        throw FrameReader.damaged(store, path, 0, "it holds something other than receipts");
    }

    @Override
    public synchronized void close() throws IOException {
        for (Ledger ledger : ledgers.values()) {
            ledger.writer().close(); // each receipt is durable already
        }
        ledgers.clear();
    }
}
