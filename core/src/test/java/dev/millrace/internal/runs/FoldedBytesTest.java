/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.receive.MemoryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes that are written for uniform updates of a state that is a hundred times as large as the memory that gathers changes. */
class FoldedBytesTest {
    private static final int MEMORY = 1 << 16;
    private static final int KEYS = 180_000;

    @TempDir
    Path directory;

    private final Schemas schemas = new Schemas();
    private final List<Run> newestFirst = new ArrayList<>();
    private final Random random = new Random(17);
    private RunFiles files;
    private EncodedChanges changes = new EncodedChanges();
    private long arrived;
    private long changed;
    private long written;

    @Test
    void shouldWriteLessThanTenTimesWhatHasChanged() throws IOException {
        files = new RunFiles(LocalFileStore.unsynced(directory), schemas);
        for (int from = 0; from < KEYS; from += 500) {
            int first = from;
            change(500, i -> first + i);
        }
        long live = bytes(RunFiles.merge(newestFirst, true));
        changed = 0;
        written = 0;
        double mostSpace = 0;
        while (changed < 2 * live) {
            change(500, i -> random.nextInt(KEYS));
            mostSpace = Math.max(mostSpace, (double) space() / live);
        }
        System.out.printf(
                Locale.ROOT,
                "%.1f MB folded at %d kB: %.2f bytes written for a byte of changes, %.2f times the live bytes%n",
                live / 1e6,
                MEMORY >> 10,
                (double) written / changed,
                mostSpace);
        assertThat(live).isGreaterThan(100L * MEMORY);
        assertThat((double) written / changed).isLessThan(8);
        assertThat(mostSpace).isLessThan(2);
    }

    private void change(int count, IntUnaryOperator key) throws IOException {
        ChangeBlock block = new ChangeBlock(RunFiles.CODEC);
        for (int i = 0; i < count; i++) {
            block.put((long) key.applyAsInt(i), "a value of some twenty " + i);
        }
        byte[] bytes = block.toBytes();
        changes.add(bytes, schemas);
        changed += bytes.length;
        if (changes.bytes() >= MEMORY) {
            fold();
        }
    }

    private void fold() throws IOException {
        add(0, 0, changes.sorted(arrived));
        arrived += changes.numbers();
        changes = new EncodedChanges();
        for (RunLevels.Range range = next(); range != null; range = next()) {
            List<Run> merged = newestFirst.subList(range.from(), range.to());
            add(range.from(), range.to(), RunFiles.merge(merged, range.to() == newestFirst.size()));
        }
    }

    private void add(int from, int to, RunCursor entries) throws IOException {
        Run run = files.write(entries);
        written += run.seal().bytes();
        newestFirst.subList(from, to).clear();
        newestFirst.add(from, run);
    }

    private RunLevels.@Nullable Range next() {
        return RunLevels.next(
                newestFirst.stream().mapToLong(run -> run.seal().bytes()).toArray());
    }

    private long space() {
        return newestFirst.stream().mapToLong(run -> run.seal().bytes()).sum();
    }

    private static long bytes(RunCursor entries) throws IOException {
        try (RunWriter all = new RunWriter(new MemoryStore(), "all", RunFiles.WRITER, new Schemas())) {
            while (entries.next()) {
                all.add(entries);
            }
            return all.finish().bytes();
        }
    }
}
