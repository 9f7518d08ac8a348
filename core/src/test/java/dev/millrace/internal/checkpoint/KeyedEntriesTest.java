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
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.runs.RunCursor;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyedEntriesTest {
    private static final ValueCodec CODEC = ValueCodec.builtIn();

    @TempDir
    Path directory;

    private LocalFileStore store;
    private int snapshots;

    private record Held(Object key, Object value, long touched) {}

    @BeforeEach
    void makeStore() {
        store = LocalFileStore.unsynced(directory);
    }

    private NewRuns newRuns() {
        return new NewRuns(store, Epoch.unchecked(CheckpointIdentity.NONE), ++snapshots);
    }

    /** In order of arrival. */
    private static List<Held> held(KeyedEntries entries, int placesInMemory) {
        List<Held> held = new ArrayList<>();
        try (RunCursor at = placesInMemory == 0 ? entries.inOrder() : entries.inOrder(placesInMemory)) {
            while (at.next()) {
                held.add(new Held(entries.decodeKey(at, CODEC), entries.decodeValue(at, CODEC), at.touched()));
            }
        }
        return held;
    }

    @Test
    void shouldBeWhatAMapInOrderOfArrivalIsWhereverItsEntriesStand() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int run = 0; run < 10; run++) {
            Map<Object, Held> model = new LinkedHashMap<>();
            KeyedEntries entries = new KeyedEntries();
            for (int step = 0; step < 40; step++) {
                entries.apply(randomBlock(random, random.nextInt(40), 30, model));
                if (random.nextInt(3) == 0) {
                    entries.fold(newRuns());
                }
                if (random.nextInt(8) == 0) {
                    entries.copy(newRuns());
                }
                if (step == 39 && run % 2 == 0) {
                    entries.detach();
                }
                List<Held> expected = List.copyOf(model.values());
                assertThat(held(entries, 0))
                        .as("in order, run %d step %d", run, step)
                        .isEqualTo(expected);
                assertThat(held(entries, 1 + random.nextInt(20)).equals(expected))
                        .as("in parts")
                        .isTrue();
                List<Held> decoded = new ArrayList<>();
                entries.forEach(CODEC, (key, value) -> decoded.add(new Held(key, value, 0)));
                assertThat(decoded)
                        .extracting(Held::value)
                        .isEqualTo(expected.stream().map(Held::value).toList());
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
            if (random.nextInt(2) == 0) {
                entries.fold(newRuns());
            }
            assertThat(held(entries, 0).equals(List.copyOf(model.values())))
                    .as("in order")
                    .isTrue();
        }
    }

    /** As a start does with the panes of a window. */
    @Test
    void shouldOpenRunsOnceForMany() throws IOException {
        AtomicInteger opened = new AtomicInteger();
        FileStore counting = new ForwardingStore(store) {
            @Override
            public InputStream open(String path) throws IOException {
                opened.incrementAndGet();
                return super.open(path);
            }
        };
        KeyedEntries entries = new KeyedEntries();
        Map<Object, Held> model = new LinkedHashMap<>();
        entries.apply(randomBlock(new Random(3), 8_000, 20_000, model));
        entries.fold(new NewRuns(counting, Epoch.unchecked(CheckpointIdentity.NONE), ++snapshots));
        opened.set(0);
        assertThat(held(entries, 0).equals(List.copyOf(model.values()))).isTrue();
        assertThat(opened.get()).isLessThan(20);
        assertThat(model.size()).isGreaterThan(3_000);
    }

    /** A state that is a hundred times what one fold brings, which changes everywhere alike. */
    @Test
    void shouldWriteAFewTimesWhatChangesAndTakeLittleMoreThanThereIs() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        KeyedEntries entries = new KeyedEntries();
        entries.apply(updates(random, 10_000));
        entries.fold(newRuns());
        long live = entries.runs().get(0).bytes();
        long changed = 0;
        long written = 0;
        long most = 0;
        for (int fold = 0; fold < 1_000; fold++) {
            byte[] block = updates(random, 100);
            changed += block.length;
            entries.apply(block);
            NewRuns runs = newRuns();
            entries.fold(runs);
            written += runs.written();
            most = Math.max(
                    most, entries.runs().stream().mapToLong(RunFile::bytes).sum());
        }
        System.out.printf("written %.2f times, space %.2f times%n", (double) written / changed, (double) most / live);
        assertThat((double) written / changed).isLessThan(10);
        assertThat((double) most / live).isLessThan(2);
    }

    private static byte[] updates(Random random, int count) {
        ChangeBlock block = new ChangeBlock(CODEC);
        for (int i = 0; i < count; i++) {
            int key = count == 10_000 ? i : random.nextInt(10_000);
            block.put("key-" + key, "value ".repeat(10) + random.nextInt());
        }
        return block.toBytes();
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
                    model.computeIfPresent(key, (same, held) -> new Held(key, held.value(), time));
                }
                default -> {
                    String value = "v".repeat(random.nextInt(300)) + i;
                    block.put(key, value);
                    model.put(key, new Held(key, value, time));
                }
            }
        }
        return block.toBytes();
    }

    private RunFile written(String key, int value) throws IOException {
        KeyedEntries entries = new KeyedEntries();
        ChangeBlock block = new ChangeBlock(CODEC);
        block.put(key, value);
        entries.apply(block.toBytes());
        entries.fold(newRuns());
        return entries.runs().get(0);
    }

    @Test
    void shouldKeepNoRunOfWhatIsGone() throws IOException {
        KeyedEntries entries = new KeyedEntries();
        entries.startFrom(List.of(written("key", 1)), 1);
        ChangeBlock block = new ChangeBlock(CODEC);
        block.remove("key");
        entries.apply(block.toBytes());
        entries.fold(newRuns());
        assertThat(entries.runs()).isEmpty();
        assertThat(entries.isEmpty()).isTrue();
        assertThat(entries.nextArrival()).isGreaterThan(1);
    }

    @Test
    void shouldRefuseAnotherFileThatIsWhole() throws IOException {
        RunFile one = written("key", 1);
        RunFile other = written("key", 2);
        Files.copy(directory.resolve("runs/" + other.name()), directory.resolve("kept"));
        Files.delete(directory.resolve("runs/" + one.name()));
        Files.copy(directory.resolve("kept"), directory.resolve("runs/" + one.name()));
        assertThatThrownBy(one::check)
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the file " + directory + "/runs/" + one.name()
                        + " is not the one that its manifest names; restore the whole directory from a backup (a start"
                        + " then tells what its outputs have published since), or start with a new directory");
    }

    @Test
    void shouldFindDamageBeforeAnythingReliesOnIt() throws IOException {
        RunFile run = written("key", 1);
        run.check();
        Path path = directory.resolve("runs/" + run.name());
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length / 2] ^= 1;
        Files.write(path, bytes);
        assertThatThrownBy(run::check)
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("the file " + path + " is damaged at byte ");
    }

    @Test
    void shouldTellThatTheFileIsGone() throws IOException {
        RunFile run = written("key", 1);
        KeyedEntries entries = new KeyedEntries();
        entries.startFrom(List.of(run), 1);
        Path path = directory.resolve("runs/" + run.name());
        Files.delete(path);
        assertThatThrownBy(entries::isEmpty)
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("the file " + path + " cannot be read: ");
        assertThatThrownBy(() -> RunFile.open(
                        CheckpointFiles.ofNone(store), run.name(), run.run().seal()))
                .isInstanceOf(NoSuchFileException.class);
    }
}
