/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The records that one batch has put aside, each place once, in the order of operators and places: so runs are equal. The last
 * of them are in memory, and those before in sorted runs on disk; as soon as there are many of a size, they are merged into one. Not
 * thread safe.
 */
final class SortedAside implements AutoCloseable {
    /** Beyond as many bytes of lines a file is compressed. */
    private static final long MUCH = 4 << 20;

    private static final long MOST_IN_MEMORY =
            Math.max(1 << 20, Math.min(16 << 20, Runtime.getRuntime().maxMemory() / 32));
    private static final int FAN_IN = 32;

    private final @Nullable IntFunction<Path> runs;
    private final long mostInMemory;
    private final int fanIn;
    private final TreeMap<String, AsideLine> last = new TreeMap<>();
    private final List<List<Path>> levels = new ArrayList<>(); // the runs of a level are merged into one of the next
    private @Nullable Path written;
    private boolean spilled;
    private boolean much;
    private int made;
    private long bytesInMemory;
    private long bytes;

    /** @param runs the names of runs by number, or null to forget what is too much for memory */
    SortedAside(@Nullable IntFunction<Path> runs) {
        this(runs, MOST_IN_MEMORY, FAN_IN);
    }

    SortedAside(@Nullable IntFunction<Path> runs, long mostInMemory, int fanIn) {
        this.runs = runs;
        this.mostInMemory = mostInMemory;
        this.fanIn = fanIn;
    }

    /** Returns false if the place is known; also if it is true the place may be known, unless all is in memory. */
    boolean add(AsideLine line) throws IOException {
        if (last.putIfAbsent(line.key(), line) != null) {
            return false;
        }
        bytes += line.text().length();
        bytesInMemory += line.bytes();
        if (bytesInMemory > mostInMemory) {
            spill();
        }
        return true;
    }

    /** Returns whether nothing is on disk, so that each place was counted once. */
    boolean isInMemory() {
        return !spilled;
    }

    /** Returns whether a file of these lines is to be compressed. */
    boolean isMuch() {
        return much || bytes > MUCH;
    }

    /** These lines were in a compressed file before, and are to be in one again. */
    void markMuch() {
        much = true;
    }

    private void spill() throws IOException {
        spilled = true;
        if (runs != null) {
            keep(0, write(runs, MergedLines.of(List.of(), last.values())));
        }
        last.clear();
        bytesInMemory = 0;
    }

    private Path write(IntFunction<Path> names, MergedLines lines) throws IOException {
        try (lines) {
            return LineFiles.write(names.apply(made++), lines.texts(line -> {}), true, false);
        }
    }

    private void keep(int level, Path run) throws IOException {
        if (levels.size() == level) {
            levels.add(new ArrayList<>());
        }
        List<Path> same = levels.get(level);
        same.add(run);
        if (runs != null && same.size() == fanIn) {
            Path merged = write(runs, MergedLines.of(same, List.of()));
            delete(same);
            keep(level + 1, merged);
        }
    }

    private static void delete(List<Path> files) throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        files.clear();
    }

    /** All lines, each place once. */
    MergedLines lines() throws IOException {
        List<Path> files = new ArrayList<>();
        if (written != null) {
            files.add(written);
        }
        for (int level = levels.size() - 1; level >= 0; level--) { // the oldest first
            files.addAll(levels.get(level));
        }
        return MergedLines.of(files, last.values());
    }

    /** All lines are in a file now, which others look after. */
    void written(Path file) throws IOException {
        if (!isInMemory()) {
            close();
            written = file;
        }
    }

    /** Deletes the runs. */
    @Override
    public void close() throws IOException {
        for (List<Path> level : levels) {
            delete(level);
        }
        last.clear();
        bytesInMemory = 0;
    }
}
