/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.receive.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One file: what was written is read, and nothing else is ever taken for it. */
class RunFileTest {
    private static final String REMEDY =
            "; restore the whole directory from a backup (a start then tells what its outputs"
                    + " have published since), or start with a new directory";

    @TempDir
    Path directory;

    private LocalFileStore store;
    private final RunEntries entries = new RunEntries();
    private final Map<String, String> values = new HashMap<>();

    @BeforeEach
    void openStore() {
        store = LocalFileStore.unsynced(directory);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void put(String key, String value) {
        entries.put(bytes(key), false, false, bytes(value), values.size(), ChangeBlock.UNTIMED);
        values.put(key, value);
    }

    private RunSeal write(String path) throws IOException {
        return RunFiles.write(store, path, entries.sorted(), new Schemas());
    }

    private Run open(String path, RunSeal seal) throws IOException {
        return Run.open(RunFiles.stored(store, path), seal);
    }

    private static Map<String, String> read(Run run) {
        Map<String, String> read = new HashMap<>();
        try (RunCursor cursor = run.cursor()) {
            while (cursor.next()) {
                read.put(key(cursor), value(cursor));
            }
        }
        return read;
    }

    private static String key(RunCursor at) {
        return new String(at.keyArray(), at.keyFrom(), at.keyTo() - at.keyFrom(), StandardCharsets.US_ASCII);
    }

    private static String value(RunCursor at) {
        return new String(at.valueArray(), at.valueFrom(), at.valueTo() - at.valueFrom(), StandardCharsets.US_ASCII);
    }

    private static Map<String, String> lookUp(Run run, Iterable<String> keys) {
        RunLookup lookup = new RunLookup();
        List<String> asked = new ArrayList<>();
        for (String key : keys) {
            lookup.add(bytes(key), 0, bytes(key).length);
            asked.add(key);
        }
        lookup.search(List.of(run));
        Map<String, String> found = new HashMap<>();
        for (int i = 0; i < asked.size(); i++) {
            if (lookup.isFound(i)) {
                found.put(asked.get(i), new String(lookup.value(i), StandardCharsets.US_ASCII));
            }
        }
        return found;
    }

    @Test
    void shouldReadManyBlocksAndDirectories() throws IOException {
        for (int i = 0; i < 60_000; i++) {
            put("key-" + i, "value of " + i);
        }
        put("large", "x".repeat(3_000_000));
        put("", "");
        Run run = open("run", write("run"));
        assertThat(run.summary().entries()).isEqualTo(values.size());
        assertThat(run.summary().puts()).isEqualTo(values.size());
        assertThat(run.summary().nextArrival()).isEqualTo(values.size());
        assertThat(read(run)).isEqualTo(values);
        assertThat(lookUp(run, values.keySet())).isEqualTo(values);
        List<String> absent = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            absent.add("absent-" + i);
        }
        assertThat(lookUp(run, absent)).isEmpty();
        assertThat(run.memoryBytes()).isLessThan(2L * values.size());
    }

    @Test
    void shouldReadARunWithoutEntries() throws IOException {
        Run run = open("run", write("run"));
        assertThat(read(run)).isEmpty();
        assertThat(lookUp(run, List.of("key"))).isEmpty();
        assertThat(run.summary()).isEqualTo(new RunSummary(0, 0, Long.MAX_VALUE, ChangeBlock.UNTIMED, 0, 0));
    }

    @Test
    void shouldGoToEachPlaceThatItHasTold() throws IOException {
        for (int i = 0; i < 2000; i++) {
            put("key-" + i, "value of " + i);
        }
        put("large", "x".repeat(20_000));
        Run run = open("run", write("run"));
        RunCursor cursor = run.cursor();
        List<Long> places = new ArrayList<>();
        RunPlaces ascending = run.places();
        RunPlaces anyhow = run.places();
        Random random = new Random(17);
        while (cursor.next()) {
            places.add(cursor.place());
            anyhow.at(places.get(random.nextInt(places.size())));
            assertThat(key(anyhow.at(cursor.place()))).isEqualTo(key(cursor));
            RunCursor again = ascending.at(cursor.place());
            assertThat(key(again)).isEqualTo(key(cursor));
            assertThat(value(again)).isEqualTo(value(cursor));
            assertThat(again.arrival()).isEqualTo(cursor.arrival());
        }
        ascending.close();
        anyhow.close();
    }

    /** Whatever a disk has changed is told by whoever goes through all of it; a look-up never gives another value. */
    @Test
    void shouldTellEachFlippedByte() throws IOException {
        for (int i = 0; i < 60; i++) {
            put("key-" + i, "value of " + i);
        }
        RunSeal seal = write("run");
        byte[] whole = Files.readAllBytes(directory.resolve("run"));
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 1 << i % 8;
            Files.write(directory.resolve("run"), flipped);
            assertThatThrownBy(() -> read(open("run", seal)))
                    .as("flipped at %d", i)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith("the file " + directory + "/run ");
            try {
                assertThat(lookUp(open("run", seal), values.keySet())).isEqualTo(values);
            } catch (CheckpointException e) {
                assertThat(e).hasMessageStartingWith("the file " + directory + "/run ");
            }
        }
    }

    @Test
    void shouldTellEachCut() throws IOException {
        for (int i = 0; i < 500; i++) {
            put("key-" + i, "value of " + i);
        }
        RunSeal seal = write("run");
        byte[] whole = Files.readAllBytes(directory.resolve("run"));
        for (int length = 0; length < whole.length; length += length < 200 ? 1 : 97) {
            Files.write(directory.resolve("run"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> open("run", seal))
                    .as("cut at %d", length)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith("the file " + directory + "/run is damaged at byte ");
        }
        Files.write(directory.resolve("run"), Arrays.copyOf(whole, whole.length + 1));
        assertThatThrownBy(() -> read(open("run", seal)))
                .hasMessage("the file " + directory + "/run is damaged at byte " + whole.length
                        + ": the file ends in the middle of a frame" + REMEDY);
    }

    @Test
    void shouldSayWhereItIsDamaged() throws IOException {
        put("key", "value");
        RunSeal seal = write("run");
        byte[] whole = Files.readAllBytes(directory.resolve("run"));
        int block = 8 + 16 + 60 + "run".length(); // behind the magic word and the header
        whole[block + 20] ^= 1;
        Files.write(directory.resolve("run"), whole);
        Run run = open("run", seal);
        String message = "the file " + directory + "/run is damaged at byte " + block
                + ": a frame does not match its checksum" + REMEDY;
        assertThatThrownBy(() -> read(run))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> lookUp(run, List.of("key")))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(message);
    }

    @Test
    void shouldRefuseTheFileOfAnotherCheckpoint() throws IOException {
        RunSeal seal = write("run");
        UUID other = new UUID(8, 9);
        assertThatThrownBy(() -> Run.open(new StoredRun(new CheckpointFiles(store, other), "run"), seal))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the file " + directory + "/run belongs to the checkpoint "
                        + RunFiles.WRITER.checkpointId() + ", and " + directory + " is the checkpoint " + other
                        + "; put the file that belongs here back from a backup of this directory, or start with a new"
                        + " directory");
    }

    @Test
    void shouldRefuseAnotherFileOfTheCheckpoint() throws IOException {
        RunSeal seal = write("run");
        Files.copy(directory.resolve("run"), directory.resolve("other"));
        assertThatThrownBy(() -> open("other", seal))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the file " + directory + "/other is damaged at byte 0: it was the file run" + REMEDY);
    }

    /** Such as one that was copied back from before it was written once more. */
    @Test
    void shouldRefuseAWholeFileThatIsNotTheOneThatWasSealed() throws IOException {
        put("key", "value");
        RunSeal seal = write("run");
        Files.delete(directory.resolve("run"));
        put("key", "VALUE");
        write("run");
        assertThatThrownBy(() -> read(open("run", seal)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the file " + directory + "/run is damaged at byte " + seal.bytes()
                        + ": it is another file than the one that was made, which had " + seal.bytes()
                        + " bytes with checksum " + Integer.toHexString(seal.checksum()) + REMEDY);
    }

    @Test
    void shouldSayThatAFileIsMissing() throws IOException {
        put("key", "value");
        RunSeal seal = write("run");
        assertThatThrownBy(() -> open("no-run", seal)).isInstanceOf(NoSuchFileException.class);
        Run run = open("run", seal);
        Files.delete(directory.resolve("run"));
        assertThatThrownBy(() -> lookUp(run, List.of("key")))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the file " + directory + "/run cannot be read: java.nio.file.NoSuchFileException: "
                        + directory + "/run; check the disk and its rights");
    }

    @Test
    void shouldSayWhatToDoAboutTheDiskOfASpill() throws IOException {
        put("key", "value");
        RunSeal seal;
        try (RunWriter writer = new RunWriter(store, "17.spill", CheckpointIdentity.NONE, new Schemas())) {
            RunCursor sorted = entries.sorted();
            while (sorted.next()) {
                writer.add(sorted);
            }
            seal = writer.finish();
        }
        Path path = directory.resolve("17.spill");
        try (Run run = Run.open(new LocalRun(path), seal)) {
            assertThat(read(run)).isEqualTo(values);
            assertThat(lookUp(run, List.of("key"))).isEqualTo(values);
        }
        byte[] whole = Files.readAllBytes(path);
        whole[whole.length - 1] ^= 1;
        Files.write(path, whole);
        try (LocalRun bytes = new LocalRun(path)) {
            assertThatThrownBy(() -> Run.open(bytes, seal))
                    .isInstanceOf(MillraceException.class)
                    .hasMessage(
                            "the spilled data in " + path + " is damaged at byte " + seal.summaryAt()
                                    + ": a frame does not match its checksum; check the disk of millrace.memory.spillDirectory");
        }
    }

    @Test
    void shouldNameTheFileOfTheCheckpointThatIsReadByALink() throws IOException {
        put("key", "value");
        RunSeal seal = write("run");
        Path link = directory.resolve("17.spill");
        RunCopy copy = RunCopy.of(RunFiles.stored(store, "run"), seal, link);
        Path file = directory.resolve("run");
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < seal.summaryAt(); i++) {
            whole[i] ^= 1;
        }
        Files.write(file, whole); // which a link shows, too
        assertThatThrownBy(() -> lookUp(copy.run(), List.of("key")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(directory + "/run")
                .hasMessageNotContaining("spill");
        copy.delete();
        assertThat(link).doesNotExist();
        assertThat(file).exists();
    }

    /** Such a store makes a file in its only sync. */
    @Test
    void shouldBeWrittenIntoAStoreThatCannotAppend() throws IOException {
        MemoryStore objects = new MemoryStore(false);
        put("key", "value");
        put("large", "x".repeat(20_000_000));
        RunSeal seal = RunFiles.write(objects, "run", entries.sorted(), new Schemas());
        Run run = Run.open(RunFiles.stored(objects, "run"), seal);
        assertThat(read(run)).isEqualTo(values);
        assertThat(lookUp(run, values.keySet())).isEqualTo(values);
    }

    /** An interrupt says that a task is not wanted any more; those of others go on. */
    @Test
    void shouldReadOnAfterAnInterrupt() throws IOException {
        put("key", "value");
        RunSeal seal = write("run");
        try (Run run = Run.open(new LocalRun(directory.resolve("run")), seal)) {
            Thread.currentThread().interrupt();
            assertThat(lookUp(run, List.of("key"))).isEqualTo(values);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(lookUp(run, List.of("key"))).isEqualTo(values);
        }
    }

    @Test
    void shouldRefuseEntriesThatAreOutOfOrder() throws IOException {
        put("a", "1");
        try (RunWriter writer = new RunWriter(store, "run", RunFiles.WRITER, new Schemas())) {
            RunCursor sorted = entries.sorted();
            sorted.next();
            writer.add(sorted);
            assertThatThrownBy(() -> writer.add(sorted))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("an entry is out of the order of a run");
        }
    }

    /** Somebody who knows the hash can make as many keys of one position as he likes: they are told apart, at no other cost. */
    @Test
    void shouldTellApartKeysOfOnePosition() throws IOException {
        List<byte[]> colliding = CollidingKeys.of(5000);
        for (byte[] key : colliding) {
            entries.put(key, false, true, key, 0, ChangeBlock.UNTIMED);
        }
        for (int i = 0; i < 1000; i++) {
            put("key-" + i, "value of " + i);
        }
        Run run = open("run", write("run"));
        assertThat(lookUp(run, values.keySet())).isEqualTo(values);
        List<byte[]> asked = new ArrayList<>(colliding.subList(0, 200));
        asked.addAll(CollidingKeys.of(5200).subList(5000, 5200));
        for (int i = 0; i < asked.size(); i++) {
            RunLookup lookup = new RunLookup();
            byte[] key = asked.get(i);
            lookup.add(key, 0, key.length);
            lookup.search(List.of(run));
            assertThat(lookup.isFound(0)).isEqualTo(i < 200);
            if (i < 200) {
                assertThat(lookup.value(0)).isEqualTo(key);
            }
        }
        Collections.shuffle(asked, new Random(1));
        RunLookup lookup = new RunLookup();
        asked.forEach(key -> lookup.add(key, 0, key.length));
        lookup.search(List.of(run));
        for (int i = 0; i < asked.size(); i++) {
            assertThat(lookup.isFound(i)).isEqualTo(isOneOf(colliding, asked.get(i)));
        }
    }

    private static boolean isOneOf(List<byte[]> keys, byte[] key) {
        return keys.stream().anyMatch(one -> Arrays.equals(one, key));
    }
}
