/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FileHeader;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The receipts that a checkpoint held when it was read: which batches each staged output had published. */
public final class Receipts {
    static final int TAKEN_BACK = -1;

    /** Instead of parts: all that counts of the files before stands before this in its own. */
    static final int BEGUN = -2;

    static final String DIRECTORY = "receipts";
    private static final ValueCodec CODEC = ValueCodec.builtIn();
    private static final int MOST_ATTEMPTS = 10;

    private final Map<String, NavigableMap<Long, Integer>> parts = new TreeMap<>();

    private final Map<String, CheckpointIdentity> writers = new TreeMap<>();

    private Receipts() {}

    static Receipts read(CheckpointFiles files) throws IOException {
        Receipts receipts = new Receipts();
        for (String output : outputs(files.store())) {
            receipts.read(files, output);
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

    /** The outputs whose receipts a run has written that a checkpoint does not know, with that run. */
    Map<String, CheckpointIdentity> unknown(KnownRuns known) {
        Map<String, CheckpointIdentity> unknown = new TreeMap<>(writers);
        unknown.values().removeIf(writer -> known.knows(writer, writer.checkpointId()));
        return unknown;
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
        List<String> outputs = new ArrayList<>();
        for (String name : store.list(DIRECTORY)) {
            if (!files(store, name).isEmpty()) {
                outputs.add(name);
            }
        }
        return outputs;
    }

    /** Says once that there is something which no program wrote, and that it is left alone. */
    static void warnOfOthers(FileStore store) throws IOException {
        List<String> others = new ArrayList<>();
        for (String output : store.list(DIRECTORY)) {
            List<String> names = store.list(DIRECTORY + "/" + output);
            if (names.isEmpty()) {
                others.add(output);
            }
            names.stream()
                    .filter(name -> EpochFile.of(List.of(name)).isEmpty())
                    .forEach(name -> others.add(output + "/" + name));
        }
        if (!others.isEmpty()) {
            System.getLogger("dev.millrace.streaming.checkpoint")
                    .log(
                            System.Logger.Level.WARNING,
                            "the directory " + store.location() + "/" + DIRECTORY + " holds " + others
                                    + ", which are no receipts; they are left alone");
        }
    }

    /** An output's files, in order. What is not named like one is not ours. */
    static List<EpochFile> files(FileStore store, String output) throws IOException {
        return EpochFile.of(store.list(DIRECTORY + "/" + output));
    }

    static String path(String output, EpochFile file) {
        return DIRECTORY + "/" + output + "/" + file.name();
    }

    /**
     * Each file has all that counts of those before it, so the last one tells all. One that a crash has cut off before it had
     * that counts for nothing, nor does it make another void; a power failure may bring back files that were deleted.
     */
    private void read(CheckpointFiles all, String output) throws IOException {
        for (int attempt = 1; true; attempt++) {
            try {
                readNewest(all, output);
                return;
            } catch (NoSuchFileException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                // the program that was just fenced was about to begin a file and delete those before
            }
        }
    }

    private void readNewest(CheckpointFiles all, String output) throws IOException {
        NavigableMap<EpochFile, Ledger> begun = new TreeMap<>();
        for (EpochFile file : files(all.store(), output)) {
            Ledger ledger = Ledger.read(all, path(output, file));
            if (ledger.begun) {
                begun.put(file, ledger);
            }
        }
        List<EpochFile> live = EpochFile.live(List.copyOf(begun.keySet()));
        Ledger last = live.isEmpty() ? null : begun.get(live.get(live.size() - 1));
        parts.put(output, last == null ? new TreeMap<>() : last.parts);
        if (last != null && last.writer != null) {
            writers.put(output, last.writer);
        }
    }

    /** The contents of one receipts file. */
    private static final class Ledger {
        private final NavigableMap<Long, Integer> parts = new TreeMap<>();
        private @Nullable CheckpointIdentity writer;
        private boolean begun;

        static Ledger read(CheckpointFiles all, String path) throws IOException {
            Ledger ledger = new Ledger();
            try (FrameReader reader = all.read(path, true)) {
                FileHeader header = reader.header();
                ledger.writer = header == null ? null : header.writer();
                Receipts.read(reader, all.store(), path, ledger::take);
            }
            return ledger;
        }

        private void take(Receipt receipt) {
            if (receipt.parts() == BEGUN) {
                begun = true;
            } else if (receipt.parts() == TAKEN_BACK) {
                parts.remove(receipt.time());
            } else {
                parts.putIfAbsent(receipt.time(), receipt.parts());
            }
        }
    }

    /** Reads one file; tells how many bytes of it count. */
    static long read(CheckpointFiles all, String path, Consumer<Receipt> each) throws IOException {
        try (FrameReader reader = all.read(path, true)) {
            return read(reader, all.store(), path, each);
        }
    }

    private static long read(FrameReader reader, FileStore store, String path, Consumer<Receipt> each)
            throws IOException {
        for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
            each.accept(decode(frame, store, path));
        }
        return reader.position();
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
