/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that a released version wrote can be read for ever, and are written as they were. */
class GoldenRunTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final String RUN = "run-v1";
    private static final RunSeal SEAL = new RunSeal(10834, 10671, -212140677);

    record Place(String name, int number) {}

    private static final ValueCodec CODEC = new ValueCodec(List.of(Place.class));

    @Test
    void shouldReadARunOfVersionOne() throws IOException {
        Run run = Run.open(
                new StoredRun(new CheckpointFiles(new LocalFileStore(GOLDEN), RunFiles.WRITER.checkpointId()), RUN),
                SEAL);
        Schemas schemas = new Schemas();
        run.addSchemas(schemas);
        Set<Object> puts = new HashSet<>();
        int removed = 0;
        int touched = 0;
        RunCursor cursor = run.cursor();
        while (cursor.next()) {
            switch (cursor.change()) {
                case PUT ->
                    puts.add(CODEC.decodeValue(cursor.valueArray(), cursor.valueFrom(), cursor.valueTo(), schemas));
                case REMOVE -> removed++;
                case TOUCH -> touched++;
            }
        }
        assertThat(puts).hasSize(702).contains(new Place("place", 7), "again", 699L);
        assertThat(removed).isEqualTo(1);
        assertThat(touched).isEqualTo(1);
        assertThat(run.summary()).isEqualTo(new RunSummary(704, 702, -5, 174_500, 704, 4130));
        byte[] key = CODEC.encodeKey(new TreeSet<>(Set.of("b", "a")), schemas);
        RunLookup lookup = new RunLookup();
        lookup.add(key, 0, key.length);
        lookup.search(List.of(run));
        assertThat(lookup.isFound(0)).isTrue();
        assertThat(lookup.isSorted(0)).isTrue();
        assertThat(lookup.touched(0)).isEqualTo(-5);
    }

    @Test
    void shouldWriteTheSameBytes(@TempDir Path directory) throws IOException {
        assertThat(write(directory)).isEqualTo(SEAL);
        assertThat(directory.resolve(RUN)).hasSameBinaryContentAs(GOLDEN.resolve(RUN));
    }

    /** Made the golden file. Not to be run again for version 1. */
    public static void main(String[] args) throws IOException {
        System.out.println(write(Path.of(args[0])));
    }

    private static RunSeal write(Path directory) throws IOException {
        Schemas schemas = new Schemas();
        RunEntries entries = new RunEntries();
        entries.remove(key("removed", schemas));
        put(entries, "place", false, new Place("place", 7), 2, ChangeBlock.UNTIMED, schemas);
        for (long i = 0; i < 699; i++) {
            put(entries, i, false, i + 1, 3 + i, i * 250 - i % 2, schemas);
        }
        entries.put(
                key(new TreeSet<>(Set.of("b", "a")), schemas),
                true,
                false,
                CODEC.encodeValue(new TreeMap<>(), schemas),
                702,
                -5);
        put(entries, "again", true, "again", 703, ChangeBlock.UNTIMED, schemas);
        entries.touch(key("touched", schemas), 99_000);
        return RunFiles.write(LocalFileStore.unsynced(directory), RUN, entries.sorted(), schemas);
    }

    private static byte[] key(Object key, Schemas schemas) {
        return CODEC.encodeKey(key, schemas);
    }

    private static void put(
            RunEntries entries, Object key, boolean again, Object value, long arrival, long touched, Schemas schemas) {
        entries.put(key(key, schemas), false, again, CODEC.encodeValue(value, schemas), arrival, touched);
    }
}
