/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.frames.FrameReader;
import dev.millrace.internal.frames.FrameWriter;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The receipts of each staged output: an append-only ledger of the batches that it has published, for people and
 * tools. A batch that recovery publishes again has one receipt. Each run of the program appends to a file of its own.
 */
public final class ReceiptLedgers implements AutoCloseable {
    private static final String DIRECTORY = "receipts";
    private static final ValueCodec CODEC = ValueCodec.builtIn();

    private final FileStore store;
    private final Map<String, Ledger> ledgers = new HashMap<>();

    ReceiptLedgers(FileStore store) {
        this.store = store;
    }

    private record Ledger(FrameWriter writer, long lastBefore) {}

    synchronized void append(String output, long time, int parts) throws IOException {
        Ledger ledger = ledgers.get(output);
        if (ledger == null) {
            ledger = open(output);
            ledgers.put(output, ledger);
        }
        if (time > ledger.lastBefore()) {
            ledger.writer().append(CODEC.encode(List.of(time, parts)));
            ledger.writer().sync(); // before the commit: a committed batch is not published again
        }
    }

    private Ledger open(String output) throws IOException {
        String directory = DIRECTORY + "/" + output;
        List<String> names = store.list(directory);
        int files = names.isEmpty() ? 0 : Integer.parseInt(names.get(names.size() - 1)) + 1;
        long last = Long.MIN_VALUE;
        for (int i = names.size() - 1; i >= 0 && last == Long.MIN_VALUE; i--) {
            for (Receipt receipt : read(store, directory + "/" + names.get(i))) {
                last = Math.max(last, receipt.time());
            }
        }
        return new Ledger(new FrameWriter(store, directory + "/" + String.format(Locale.ROOT, "%06d", files)), last);
    }

    /** The last receipt of each output that has one, by name. */
    static Map<String, Receipt> last(FileStore store) throws IOException {
        Map<String, Receipt> last = new TreeMap<>();
        for (String output : store.list(DIRECTORY)) {
            for (String file : store.list(DIRECTORY + "/" + output)) {
                for (Receipt receipt : read(store, DIRECTORY + "/" + output + "/" + file)) {
                    last.merge(output, receipt, (one, other) -> one.time() > other.time() ? one : other);
                }
            }
        }
        return last;
    }

    /** One published batch. */
    public record Receipt(long time, int parts) {}

    static List<Receipt> read(FileStore store, String path) throws IOException {
        List<Receipt> receipts = new java.util.ArrayList<>();
        try (FrameReader reader = new FrameReader(store, path, true)) {
            for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                List<?> fields = (List<?>) CODEC.decode(frame);
                if (fields != null) {
                    receipts.add(new Receipt((long) fields.get(0), (int) fields.get(1)));
                }
            }
        }
        return receipts;
    }

    @Override
    public synchronized void close() throws IOException {
        for (Ledger ledger : ledgers.values()) {
            ledger.writer().sync();
            ledger.writer().close();
        }
        ledgers.clear();
    }
}
