/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FileHeader;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.log.LogDirectory;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The receipts that a checkpoint held when it was read: which batches each staged output had published. */
public final class Receipts {
    static final String DIRECTORY = "receipts";
    private static final int MOST_ATTEMPTS = 10;

    private final Map<String, NavigableMap<Long, Integer>> parts = new TreeMap<>();
    private final Map<String, String> places = new TreeMap<>();
    private @Nullable CheckpointIdentity writer;

    Receipts() {}

    /** The directory in which they are. */
    static LogDirectory directory(CheckpointFiles files) {
        return new LogDirectory(files, DIRECTORY, "receipts");
    }

    static Receipts read(CheckpointFiles files) throws IOException {
        for (int attempt = 1; true; attempt++) {
            try {
                return readOnce(directory(files));
            } catch (NoSuchFileException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                // the program that was just fenced was about to begin a file and delete those before
            }
        }
    }

    private static Receipts readOnce(LogDirectory log) throws IOException {
        NavigableMap<EpochFile, Segment> segments = new TreeMap<>();
        for (EpochFile file : log.all()) {
            Segment segment = new Segment(log);
            log.read(file, segment);
            if (!segment.records.isEmpty()) { // else a crash has cut it off, and it makes no other void either
                segments.put(file, segment);
            }
        }
        segments.keySet().retainAll(EpochFile.live(List.copyOf(segments.keySet()), List.of()));
        Receipts receipts = new Receipts();
        segments.values().forEach(segment -> segment.addTo(receipts));
        return receipts;
    }

    /** Returns a reader of segments, which throws if they hold no receipts. */
    static LogDirectory.Frames frames(LogDirectory log) {
        return new Segment(log);
    }

    /** The contents of one segment. */
    private static final class Segment implements LogDirectory.Frames {
        private final LogDirectory log;
        private final List<ReceiptRecord> records = new ArrayList<>();
        private @Nullable CheckpointIdentity writer;

        Segment(LogDirectory log) {
            this.log = log;
        }

        @Override
        public void begin(FileHeader header) {
            writer = header.writer();
        }

        @Override
        public void take(EpochFile segment, long at, byte[] frame) {
            records.add(ReceiptRecord.decode(log, segment, at, frame));
        }

        void addTo(Receipts receipts) {
            receipts.writer = writer;
            for (ReceiptRecord record : records) {
                if (record.isAll()) {
                    receipts.parts.clear();
                    receipts.places.clear();
                }
                record.parts().forEach(receipts::add);
                receipts.places.putAll(record.places());
            }
        }
    }

    private void add(String output, Map<Long, Integer> more) {
        NavigableMap<Long, Integer> batches = parts.computeIfAbsent(output, name -> new TreeMap<>());
        more.forEach((time, count) -> {
            if (count == ReceiptRecord.TAKEN_BACK) {
                batches.remove(time);
            } else {
                batches.putIfAbsent(time, count);
            }
        });
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

    /**
     * Throws if a checkpoint does not know of a batch that was published: a receipt is written when the decision of its batch is
     * durable, so one that comes alone tells of a loss.
     *
     * @param lastJournal null if there is none
     */
    void checkNothingLost(FileStore store, CheckpointImage image, @Nullable EpochFile lastJournal) {
        Map.Entry<Long, Set<String>> lost =
                image.undecided(publishedAfter(image.lastDecided)).firstEntry();
        if (lost != null) {
            String where = lastJournal == null
                    ? "there is no journal"
                    : Journals.path(lastJournal) + ", the last journal, has lost its end, or one behind it is gone";
            String rollback = image.lastDecided == Long.MIN_VALUE
                    ? "start with a new directory"
                    : "take back what was published, and run it again with what the inputs then have: millrace checkpoint"
                            + " rollback " + store.location() + " --to " + image.lastDecided;
            throw new CheckpointException("the checkpoint " + store.location() + " does not know that it decided batch "
                    + new BatchTime(lost.getKey()) + ", which the outputs " + lost.getValue() + " have published: "
                    + where
                    + "; " + FrameReader.RESTORE + ", or " + rollback);
        }
    }

    /**
     * Throws if another copy of the checkpoint has written them last. Two copies that both went on have the same id; their runs tell
     * their files apart.
     */
    void checkRun(FileStore store, KnownProgramRuns known) {
        if (writer != null && !known.knows(writer, writer.checkpointId())) {
            throw new CheckpointException("the checkpoint " + store.location() + " has receipts from the run "
                    + writer.runId()
                    + ", which is not in the past of this copy: the directory receipts is"
                    + " that of another copy of the checkpoint; put back the one that belongs to the other files here, or"
                    + " restore the whole directory from one copy");
        }
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

    /** Returns how many parts each batch of each output had; the maps are the caller's own. */
    Map<String, NavigableMap<Long, Integer>> byOutput() {
        Map<String, NavigableMap<Long, Integer>> copy = new TreeMap<>();
        parts.forEach((output, batches) -> copy.put(output, new TreeMap<>(batches)));
        return copy;
    }

    /** The outputs that have ever published something. */
    Set<String> outputs() {
        return parts.keySet();
    }

    /** The places of outputs that have receipts of their own, and say so. */
    Map<String, String> places() {
        return places;
    }

    /** Says once that there is something which no program wrote, and that it is left alone. */
    static void warnOfOthers(FileStore store) throws IOException {
        List<String> others = store.list(DIRECTORY).stream()
                .filter(name -> EpochFile.of(List.of(name)).isEmpty())
                .toList();
        if (!others.isEmpty()) {
            System.getLogger("dev.millrace.streaming.checkpoint")
                    .log(
                            System.Logger.Level.WARNING,
                            "the directory " + store.location() + "/" + DIRECTORY + " holds " + others
                                    + ", which are no receipts; they are left alone");
        }
    }
}
