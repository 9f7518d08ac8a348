/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.internal.logging.Lines;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import dev.millrace.streaming.BatchTime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A file stream being read. Each batch lists the directories; of the files that were not seen before it takes the oldest,
 * as many as fit, and they are seen from then on. Driver loop, but for {@link #seen} and {@link #waits}.
 */
final class FileCursor<T> implements Source.Cursor<T> {
    private static final int NAMES = 100;

    private final FileSource<T> source;
    private final SeenFiles seen = new SeenFiles();
    private final Reports reports;
    private final Listing listing;
    private final Map<Object, @Nullable Object> passedOver = new LinkedHashMap<>(); // and not in a position yet
    private @Nullable StreamOrigin origin;
    private boolean begins; // what is there is still to be passed over
    private int round;
    private volatile Map<FileKey, WaitingFile> waiting = Map.of();

    FileCursor(FileSource<T> source, @Nullable Map<Object, Object> position) {
        this.source = source;
        reports = new Reports("the file stream of " + source.directory());
        listing = new Listing(source.filter(), seen, reports);
        if (position != null) {
            position.forEach((key, value) -> {
                if (key.equals(StreamOrigin.KEY)) {
                    origin = StreamOrigin.fromData((List<?>) value);
                } else {
                    seen.put(FileKey.fromData((List<?>) key), SeenFile.fromData((List<?>) value), round);
                }
            });
        }
        begins = origin == null && source.newFilesOnly();
        if (begins) { // now, and not with the first batch: what comes in its interval is new
            passOver(listing.run(source.directory(), ++round, waiting));
        }
    }

    @Override
    @SuppressWarnings("NullAway") // what is passed over has a value
    public Map<Object, Object> chosen() {
        if (origin != null || begins || !source.newFilesOnly()) {
            return Map.of(); // nothing is passed over, or that is still to come
        }
        Map<Object, Object> chosen = new LinkedHashMap<>(passedOver);
        passedOver.clear();
        noteOrigin(chosen);
        return chosen;
    }

    @Override
    public InputSlice next(BatchTime batch) {
        round++;
        Listing.Result listed = listing.run(source.directory(), round, waiting);
        if (begins) {
            passOver(listed);
        }
        Map<Object, @Nullable Object> positions = new LinkedHashMap<>(passedOver);
        passedOver.clear();
        new Absences(seen, source.limits().rememberSeconds(), batch).note(listed, round, positions);
        List<WaitingFile> taken = take(listed.fresh());
        taken.forEach(file -> mark(file, file.seen(batch.milliseconds()), positions));
        waiting = listed.fresh();
        if (!positions.isEmpty() || (source.newFilesOnly() && !begins)) {
            noteOrigin(positions);
        }
        return slice(taken, positions);
    }

    /** Passes over what is there at the very first start; if no directory could be listed that is still to come. */
    private void passOver(Listing.Result listed) {
        if (!listed.directories().isEmpty() || !listed.failed()) {
            listed.fresh().values().forEach(file -> mark(file, file.seen(SeenFile.PASSED_OVER), passedOver));
            begins = false;
            if (!passedOver.isEmpty()) {
                reports.news("passed over " + Lines.count(passedOver.size(), "file that was", "files that were")
                        + " there at its first start; to have such files read, begin anew with newFilesOnly = false");
            }
        }
        listed.fresh().clear();
    }

    private void noteOrigin(Map<Object, @Nullable Object> positions) {
        StreamOrigin now = new StreamOrigin(source.directory().toString(), source.newFilesOnly());
        if (!now.equals(origin)) {
            origin = now;
            positions.put(StreamOrigin.KEY, now.toData());
        }
    }

    private void mark(WaitingFile file, SeenFile as, Map<Object, @Nullable Object> positions) {
        seen.put(file.key(), as, round);
        positions.put(file.key().toData(), as.toData());
    }

    /** The oldest that fit into a batch, and at least one; removed from {@code fresh}. */
    private List<WaitingFile> take(Map<FileKey, WaitingFile> fresh) {
        List<WaitingFile> taken = new ArrayList<>();
        long bytes = 0;
        for (WaitingFile file :
                fresh.values().stream().sorted(WaitingFile.OLDEST_FIRST).toList()) {
            if (taken.size() == source.limits().batchFiles()) {
                break;
            }
            WaitingFile now = listing.lookAgain(file);
            if (now != null
                    && !taken.isEmpty()
                    && bytes + now.size() > source.limits().batchBytes()) {
                break;
            }
            fresh.remove(file.key());
            if (now != null) {
                taken.add(now);
                bytes += now.size();
            }
        }
        return taken;
    }

    private InputSlice slice(List<WaitingFile> taken, Map<Object, @Nullable Object> positions) {
        List<Object> content = SplitPlan.partitions(
                        taken,
                        source.format(),
                        source.limits().splitBytes(),
                        source.limits().parallelism())
                .stream()
                .map(partition ->
                        (Object) partition.stream().map(FileSplit::toData).toList())
                .toList();
        String names = taken.stream()
                .limit(NAMES)
                .map(file -> FileNames.of(file.path()).toString())
                .collect(Collectors.joining(", "));
        String more = taken.size() > NAMES ? " and " + (taken.size() - NAMES) + " more" : "";
        return positions.isEmpty() ? InputSlice.EMPTY : new InputSlice(-1, names + more, content, positions);
    }

    @Override
    public PartitionedSource<T> read(InputSlice slice) {
        List<List<FileSplit>> partitions = new ArrayList<>();
        for (Object partition : slice.content()) {
            partitions.add(((List<?>) partition)
                    .stream().map(split -> FileSplit.fromData((List<?>) split)).toList());
        }
        return new SplitFiles<>(source.format(), source.malformed(), partitions);
    }

    /** The memory of a file that was seen; any thread. */
    @Nullable
    SeenFile seen(Path file) {
        return seen.get(FileAnswers.key(new FileKey.Maker(), file));
    }

    /** Returns whether the last batch saw the file and had no room for it; any thread. */
    boolean waits(Path file) {
        return waiting.containsKey(FileAnswers.key(new FileKey.Maker(), file));
    }

    @Override
    public void close() {
        reports.end();
    }
}
