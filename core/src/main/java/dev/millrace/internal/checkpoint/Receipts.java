/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.frames.CheckpointFiles;
import dev.millrace.internal.frames.FrameReader;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The receipts that a checkpoint held when it was read: which batches each staged output had published. */
public final class Receipts {
    static final int TAKEN_BACK = -1;
    private static final String DIRECTORY = "receipts";
    private static final ValueCodec CODEC = ValueCodec.builtIn();

    private final Map<String, NavigableMap<Long, Integer>> parts = new TreeMap<>();

    private Receipts() {}

    static Receipts read(CheckpointFiles files) throws IOException {
        Receipts receipts = new Receipts();
        for (String output : outputs(files.store())) {
            receipts.parts.put(output, read(files, output));
        }
        return receipts;
    }

    /** One published batch. */
    public record Receipt(long time, int parts) {}

    /** The last receipt of each output that has one, by name. */
    Map<String, Receipt> last() {
        Map<String, Receipt> last = new TreeMap<>();
        parts.forEach((output, batches) -> {
            if (!batches.isEmpty()) {
                last.put(
                        output,
                        new Receipt(batches.lastKey(), batches.lastEntry().getValue()));
            }
        });
        return last;
    }

    /** The outputs that have published later batches than {@code time}, by batch. */
    NavigableMap<Long, Set<String>> publishedAfter(long time) {
        NavigableMap<Long, Set<String>> published = new TreeMap<>();
        parts.forEach((output, batches) -> {
            for (long batch : batches.tailMap(time, false).keySet()) {
                published.computeIfAbsent(batch, key -> new TreeSet<>()).add(output);
            }
        });
        return published;
    }

    /** How many parts each batch of an output had; the caller's own. */
    NavigableMap<Long, Integer> of(String output) {
        return new TreeMap<>(parts.getOrDefault(output, new TreeMap<>()));
    }

    /** The names of the outputs that have files of receipts. */
    static List<String> outputs(FileStore store) throws IOException {
        return store.list(DIRECTORY);
    }

    static String directory(String output) {
        return DIRECTORY + "/" + output + "/";
    }

    /** The names of an output's files, in order. */
    static List<String> files(FileStore store, String output) throws IOException {
        return store.list(DIRECTORY + "/" + output).stream()
                .sorted(Comparator.comparingLong(Receipts::numberOf))
                .toList();
    }

    static long numberOf(String file) {
        return Long.parseLong(file.split("-", 2)[0]);
    }

    /** Files that were written before there were epochs have none in their names. */
    static long epochOf(String file) {
        return file.contains("-") ? Long.parseLong(file.split("-", 2)[1]) : 0;
    }

    private static NavigableMap<Long, Integer> read(CheckpointFiles all, String output) throws IOException {
        NavigableMap<Long, Integer> receipts = new TreeMap<>();
        for (String file : files(all.store(), output)) {
            try (FrameReader reader = all.read(directory(output) + file, true)) {
                for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                    Receipt receipt = decode(frame, all.store(), directory(output) + file);
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

    static byte[] encode(Receipt receipt) {
        return CODEC.encode(List.of(receipt.time(), receipt.parts()));
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
}
