/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.FrameWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyedEntriesTest {
    private static final ValueCodec CODEC = ValueCodec.builtIn();

    @TempDir
    Path directory;

    private record Held(Object value, long touched) {}

    @Test
    void shouldBeWhatAMapInOrderOfArrivalIsWhereverItsEntriesStand() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int run = 0; run < 30; run++) {
            Map<Object, Held> model = new LinkedHashMap<>();
            KeyedEntries entries = new KeyedEntries();
            for (int step = 0; step < 20; step++) {
                entries.apply(randomBlock(random, random.nextInt(40), 30, model));
                if (random.nextInt(4) == 0) {
                    entries.compact(1 + random.nextInt(500));
                }
                if (random.nextInt(4) == 0) {
                    entries.continueFrom(written(entries, "run-" + run + "-step-" + step));
                }
                if (random.nextInt(8) == 0) {
                    entries.detach();
                }
                Map<Object, Held> found = new LinkedHashMap<>();
                new StoredStep("state", entries)
                        .entries(CODEC, Object.class)
                        .forEach(entry -> found.put(entry.key(), new Held(entry.value(), entry.touched())));
                assertThat(List.copyOf(found.keySet())).isEqualTo(List.copyOf(model.keySet()));
                assertThat(found.equals(model)).as("values and times").isTrue();
                assertThat(entries.isEmpty()).isEqualTo(model.isEmpty());
            }
        }
    }

    @Test
    void shouldBeWhatAMapInOrderOfArrivalIsWhenThereAreManyKeys() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Map<Object, Held> model = new LinkedHashMap<>();
        KeyedEntries entries = new KeyedEntries();
        for (int changes : new int[] {1, 1023, 1024, 1025, 20_000, 0, 2048, 3000}) {
            entries.apply(randomBlock(random, changes, 20_000, model));
            if (random.nextInt(3) == 0) {
                entries.compact(5_000);
            }
            if (random.nextInt(3) == 0) {
                entries.continueFrom(written(entries, "changes-" + changes));
            }
            Map<Object, Held> found = new LinkedHashMap<>();
            new StoredStep("state", entries)
                    .entries(CODEC, Object.class)
                    .forEach(entry -> found.put(entry.key(), new Held(entry.value(), entry.touched())));
            assertThat(List.copyOf(found.keySet())).isEqualTo(List.copyOf(model.keySet()));
            assertThat(found.equals(model)).as("values and times").isTrue();
        }
    }

    private static byte[] randomBlock(Random random, int changes, int keys, Map<Object, Held> model) {
        ChangeBlock block = new ChangeBlock(CODEC);
        for (int i = 0; i < changes; i++) {
            String key = "k".repeat(random.nextInt(3)) + random.nextInt(keys);
            long time = random.nextInt(3);
            block.touchedAt(time);
            switch (random.nextInt(4)) {
                case 0 -> {
                    block.remove(key);
                    model.remove(key);
                }
                case 1 -> {
                    block.touch(key);
                    model.computeIfPresent(key, (same, held) -> new Held(held.value(), time));
                }
                default -> {
                    String value = "v".repeat(random.nextInt(300)) + i;
                    block.put(key, value);
                    model.put(key, new Held(value, time));
                }
            }
        }
        return block.toBytes();
    }

    private EntryFile written(KeyedEntries entries, String name) throws IOException {
        LocalFileStore store = LocalFileStore.unsynced(directory);
        List<byte[]> blocks = new ArrayList<>();
        long count = entries.writeBlocks(1000, blocks::add);
        try (FrameWriter writer = new FrameWriter(store, name, CheckpointIdentity.NONE)) {
            for (byte[] block : blocks) {
                writer.append(block);
            }
            return new EntryFile(
                    CheckpointFiles.ofNone(store), name, new EntryFile.Content(count, EntryFile.Seal.of(writer)));
        }
    }

    @Test
    void shouldRefuseAFileThatLacksEntries() throws IOException {
        EntryFile file = written(entries("key", 1), "short");
        EntryFile.Content more = new EntryFile.Content(2, file.content().seal());
        assertThatThrownBy(() -> new KeyedEntries().startFrom(new EntryFile(file.files(), file.path(), more)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the file " + directory + "/short has 1 entries and its manifest says 2");
    }

    private static KeyedEntries entries(String key, int value) {
        KeyedEntries entries = new KeyedEntries();
        ChangeBlock block = new ChangeBlock(CODEC);
        block.put(key, value);
        entries.apply(block.toBytes());
        return entries;
    }

    @Test
    void shouldRefuseAnotherFileThatIsWhole() throws IOException {
        EntryFile one = written(entries("key", 1), "one");
        EntryFile other = written(entries("key", 2), "other");
        EntryFile swapped = new EntryFile(one.files(), "other", one.content());
        String message = "the file " + directory + "/other is not the one that its manifest names: it has "
                + other.content().seal() + ", and that had " + one.content().seal()
                + "; restore the whole directory from a backup (a start then tells what its outputs have published since), or start with a new directory";
        assertThat(other.content().seal()).asString().matches("\\d+ bytes with checksum [0-9a-f]+");

        assertThatThrownBy(() -> new KeyedEntries().startFrom(swapped))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(message);

        KeyedEntries later = new KeyedEntries(); // the file changes after it was checked
        later.continueFrom(swapped);
        assertThatThrownBy(() -> later.forEachEncoded((key, value) -> {})).hasMessage(message);
        assertThatThrownBy(() -> later.writeBlocks(1000, block -> {})).hasMessage(message);
        assertThatThrownBy(later::detach).hasMessage(message);
    }

    @Test
    void shouldTellThatTheFileIsGone() {
        KeyedEntries entries = new KeyedEntries();
        entries.continueFrom(new EntryFile(
                CheckpointFiles.ofNone(LocalFileStore.unsynced(directory)),
                "gone",
                new EntryFile.Content(1, new EntryFile.Seal(1, 1))));
        assertThatThrownBy(entries::isEmpty)
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("the file " + directory + "/gone cannot be read: ");
    }
}
