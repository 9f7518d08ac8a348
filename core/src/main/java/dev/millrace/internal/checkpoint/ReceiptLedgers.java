/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.frames.FrameReader;
import dev.millrace.internal.frames.FrameWriter;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The receipts of each staged output: an append-only ledger of the batches that it has published, for people and
 * tools. A batch that recovery publishes again has one receipt. Each run of the program appends to a file of its own.
 */
public final class ReceiptLedgers implements AutoCloseable {
    private static final String DIRECTORY = "receipts";
    private static final ValueCodec CODEC = ValueCodec.builtIn();

    private final FileStore store;
    private final Map<String, Long> lastBefore = new HashMap<>();
    private final Map<String, FrameWriter> writers = new HashMap<>();

    /** Reads what is there, as far as needed, so that damage is known before anything runs. */
    ReceiptLedgers(FileStore store) throws IOException {
        this.store = store;
        for (String output : store.list(DIRECTORY)) {
            Newest newest = newest(store, output);
            if (newest != null) {
                store.sync(newest.path()); // no other receipt is written for that batch
                lastBefore.put(output, newest.receipt().time());
            }
        }
    }

    static List<String> outputs(FileStore store) throws IOException {
        return store.list(DIRECTORY);
    }

    /** The newest receipt of each output. */
    static Map<String, Receipt> last(FileStore store) throws IOException {
        Map<String, Receipt> last = new TreeMap<>();
        for (String output : outputs(store)) {
            Newest newest = newest(store, output);
            if (newest != null) {
                last.put(output, newest.receipt());
            }
        }
        return last;
    }

    private record Newest(String path, Receipt receipt) {}

    private static @Nullable Newest newest(FileStore store, String output) throws IOException {
        List<String> names = store.list(directory(output));
        for (int i = names.size() - 1; i >= 0; i--) {
            String path = directory(output) + "/" + names.get(i);
            List<Receipt> receipts = read(store, path);
            if (!receipts.isEmpty()) {
                return new Newest(path, receipts.get(receipts.size() - 1));
            }
        }
        return null;
    }

    /** The last batch of which an earlier run has published something; {@link Long#MIN_VALUE} if none has. */
    long lastPublished() {
        return lastBefore.values().stream().mapToLong(Long::longValue).max().orElse(Long.MIN_VALUE);
    }

    synchronized void append(String output, long time, int parts) throws IOException {
        if (time <= lastBefore.getOrDefault(output, Long.MIN_VALUE)) {
            return;
        }
        FrameWriter writer = writers.get(output);
        if (writer == null) {
            writer = new FrameWriter(store, nextPath(directory(output)));
            writers.put(output, writer);
        }
        writer.append(CODEC.encode(List.of(time, parts)));
        writer.sync(); // before the commit: a committed batch is not published again
    }

    private String nextPath(String directory) throws IOException {
        List<String> names = store.list(directory);
        int number = names.isEmpty() ? 0 : Integer.parseInt(names.get(names.size() - 1)) + 1;
        return directory + "/" + String.format(Locale.ROOT, "%06d", number);
    }

    private static String directory(String output) {
        return DIRECTORY + "/" + output;
    }

    /** One published batch. */
    public record Receipt(long time, int parts) {}

    static List<Receipt> read(FileStore store, String path) throws IOException {
        List<Receipt> receipts = new ArrayList<>();
        try (FrameReader reader = new FrameReader(store, path, true)) {
            for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                receipts.add(decode(frame, store, path));
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
        for (FrameWriter writer : writers.values()) {
            writer.close(); // each receipt is durable already
        }
        writers.clear();
    }
}
