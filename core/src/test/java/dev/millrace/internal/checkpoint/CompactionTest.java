/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactionTest {
    private static final ValueCodec CODEC = ValueCodec.builtIn();

    @TempDir
    Path directory;

    /** Of a step each; every batch removes a key, changes one, and brings one. */
    private void runBatches(int from, int until) throws IOException {
        try (Checkpoint checkpoint =
                Checkpoint.open(new LocalFileStore(directory), new Checkpoint.Keeping(Long.MAX_VALUE, 0), false)) {
            checkpoint.begin(new BatchTime(0), 1000, false, List.of());
            for (int i = from; i < until; i++) {
                BatchTime batch = new BatchTime(1000L * i);
                InputSlice slice = new InputSlice(1, "one", List.of(i), Map.of("next", i));
                checkpoint.plan(batch, Map.of("in", slice), List.of());
                checkpoint.decide(batch, Map.of("a", of(changes(i)), "b", of(changes(i * 7))), Map.of());
                checkpoint.commit(batch);
            }
        }
    }

    /** A program of that epoch; it is never asked whether it still is the owner. */
    private static Epoch epoch(LocalFileStore store, long number) throws IOException {
        return Epoch.unchecked(
                new CheckpointIdentity(Ownership.filesIn(store).checkpointId(), number, new UUID(0, number)));
    }

    private static void retire(LocalFileStore store, Snapshots.Folded folded, long epoch) throws IOException {
        new Retention(Ownership.filesIn(store), 0).retire(folded.decided(), epoch(store, epoch));
    }

    private static List<byte[]> changes(int number) {
        ChangeBlock block = new ChangeBlock(CODEC);
        block.touchedAt(number);
        block.put("key-" + number, number);
        block.put("key-" + number % 5, -number);
        block.remove("key-" + number % 3);
        block.put("key-" + number / 2, number);
        return List.of(block.toBytes());
    }

    private List<List<StateEntry>> contents() {
        return contents(Checkpoint.read(new LocalFileStore(directory)));
    }

    /** Without the numbers by which they are in order. */
    private static List<List<StateEntry>> contents(CheckpointContents contents) {
        return Stream.of("a", "b")
                .map(step -> contents.step(step, CODEC).stream()
                        .map(entry -> new StateEntry(entry.key(), entry.value(), 0, entry.touched()))
                        .toList())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4000, Long.MAX_VALUE})
    void shouldKeepEntriesAndOrderWhateverMayBeInMemory(long bytes) throws IOException {
        LocalFileStore store = new LocalFileStore(directory);
        runBatches(1, 60);
        List<List<StateEntry>> before = contents();
        Snapshots snapshots = new Snapshots(Ownership.filesIn(store), bytes);
        retire(store, fold(snapshots, 1), 1);
        assertThat(contents()).isEqualTo(before);
        runBatches(60, 100);
        before = contents();
        Snapshots.Folded folded = fold(snapshots, 2);
        assertThat(folded.base()).isEqualTo(1);
        retire(store, folded, 2);
        assertThat(contents()).isEqualTo(before);
        assertThat(store.list("snapshots")).containsExactly("0000000001-0000000001", "0000000002-0000000002");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4000, Long.MAX_VALUE})
    void shouldHoldNoMoreOfTheJournalsAtAStartThanMayBeInMemory(long bytes) throws IOException {
        LocalFileStore store = new LocalFileStore(directory);
        runBatches(1, 60);
        List<List<StateEntry>> expected = contents();
        Snapshots snapshots = new Snapshots(Ownership.filesIn(store), bytes);
        CheckpointImage image = snapshots.newest(Long.MAX_VALUE);
        NewRuns runs = snapshots.newRuns(epoch(store, 1), NewRuns.OF_NO_SNAPSHOT);
        snapshots.applyJournals(image, snapshots.journals(), Long.MAX_VALUE, runs);
        long inMemory = image.entries.values().stream()
                .mapToLong(KeyedEntries::bytesInMemory)
                .sum();
        assertThat(inMemory).isLessThanOrEqualTo(Math.max(bytes, 1_500));
        assertThat(contents(Batches.contentsOf(image))).isEqualTo(expected);
        assertThat(store.list("runs").isEmpty()).isEqualTo(bytes == Long.MAX_VALUE);
        runs.forgetAll();
        assertThat(store.list("runs")).isEmpty();
    }

    private static List<byte[]> puts(int from, int until) {
        ChangeBlock block = new ChangeBlock(CODEC);
        for (int key = from; key < until; key++) {
            block.put("key-" + key, "value ".repeat(10) + key);
        }
        return List.of(block.toBytes());
    }

    private static List<StepChanges> of(List<byte[]> blocks) {
        return List.of(StepChanges.of(blocks));
    }

    private void changeStep(int batches, IntFunction<List<byte[]>> changes) throws IOException {
        try (Checkpoint checkpoint =
                Checkpoint.open(new LocalFileStore(directory), new Checkpoint.Keeping(1L << 40, 0), false)) {
            long first = checkpoint.contents().isNew() ? 1000 : 1_000_000;
            checkpoint.begin(new BatchTime(0), 1000, false, List.of());
            for (int i = 0; i < batches; i++) {
                BatchTime batch = new BatchTime(first + i);
                checkpoint.plan(batch, Map.of(), List.of());
                checkpoint.decide(batch, Map.of("a", of(changes.apply(i))), Map.of());
                checkpoint.commit(batch);
            }
        }
    }

    private Snapshots.Folded fold(Snapshots snapshots, long until) throws IOException {
        return snapshots.fold(snapshots.newRuns(epoch(new LocalFileStore(directory), until), until));
    }

    @Test
    void shouldWriteWhatHasChangedAndNotWhatHasNot() throws IOException {
        LocalFileStore store = new LocalFileStore(directory);
        changeStep(1, batch -> puts(0, 10_000));
        Snapshots snapshots = new Snapshots(Ownership.filesIn(store), 100_000);
        fold(snapshots, 1);
        changeStep(400, batch -> puts(0, 100));
        List<List<StateEntry>> before = contents();
        Snapshots.Folded folded = fold(snapshots, 2);
        assertThat(contents()).isEqualTo(before);
        assertThat(folded.journals()).isGreaterThan(20 * 100_000);
        assertThat(folded.bytes()).isGreaterThan(700_000);
        assertThat(folded.written()).isLessThan(folded.journals() / 6); // a small run each time that memory is full
    }

    @Test
    void shouldWriteAFewTimesTheJournalsWhereAStateIsMuchLargerThanTheMemoryForFolding() throws IOException {
        LocalFileStore store = new LocalFileStore(directory);
        changeStep(1, batch -> puts(0, 10_000));
        Snapshots snapshots = new Snapshots(Ownership.filesIn(store), 10_000);
        fold(snapshots, 1);
        changeStep(300, batch -> puts(batch % 100 * 100, batch % 100 * 100 + 100));
        List<List<StateEntry>> before = contents();
        Snapshots.Folded folded = fold(snapshots, 2);
        assertThat(contents()).isEqualTo(before);
        assertThat(folded.written()).isBetween(folded.bytes(), 7 * folded.journals());
        long inRuns = 0;
        for (String run : store.list("runs")) {
            inRuns += Files.size(directory.resolve("runs").resolve(run));
        }
        assertThat(inRuns).as("with those of the snapshot before").isLessThan(3 * folded.bytes());
    }

    @Test
    void shouldFoldJournalsThatHaveGrownOrAreMany() throws IOException {
        LocalFileStore store = new LocalFileStore(directory);
        runBatches(1, 2);
        Snapshots snapshots = new Snapshots(Ownership.filesIn(store), 10_000);
        Retention retention = new Retention(Ownership.filesIn(store), 0);
        try (Compaction compaction = new Compaction(snapshots, retention, epoch(store, 1), 1 << 20, Threads.OWN)) {
            assertThat(compaction.isDue(31, 1 << 20)).isFalse();
            assertThat(compaction.isDue(32, 1)).isTrue();
            assertThat(compaction.isDue(1, (1 << 20) + 1)).isTrue();
        }
    }

    @Test
    void shouldReplaceWhatABrokenFoldLeft() throws IOException {
        LocalFileStore store = new LocalFileStore(directory);
        runBatches(1, 10);
        store.create("runs/0000000001-0000000001-0000").close();
        store.create("runs/0000000000-0000000001-0003").close();
        store.create("runs/0000000001-0000000003-0000").close();
        new Retention(Ownership.filesIn(store), 0).deleteUnnamed(epoch(store, 1));
        assertThat(store.list("runs")).containsExactly("0000000001-0000000003-0000");
        assertThat(directory.resolve("snapshots")).as("nothing is made").doesNotExist();
        store.create("runs/0000000002-0000000002-0000").close();
        store.create("snapshots/building-0000000001").close();
        List<List<StateEntry>> before = contents();
        new Retention(Ownership.filesIn(store), 0).deleteUnnamed(epoch(store, 2));
        assertThat(store.list("runs")).as("of who has taken over").containsExactly("0000000001-0000000003-0000");
        fold(new Snapshots(Ownership.filesIn(store), 0), 1);
        assertThat(contents()).isEqualTo(before);
        assertThat(store.list("snapshots")).containsExactly("0000000001-0000000001");
    }

    private void flipAByteOf(String run) throws IOException {
        Path file = directory.resolve("runs").resolve(run);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    private Snapshots snapshotOfAThousandKeys() throws IOException {
        changeStep(1, batch -> puts(0, 1_000));
        Snapshots snapshots = new Snapshots(Ownership.filesIn(new LocalFileStore(directory)), 1 << 20);
        fold(snapshots, 1);
        return snapshots;
    }

    /** Three journals and two snapshots, of which only the second names the run that is returned. */
    private String runOfASecondSnapshot(Snapshots snapshots) throws IOException {
        changeStep(2, batch -> puts(1_000, 1_100));
        fold(snapshots, 2);
        changeStep(1, batch -> puts(1_100, 1_110));
        List<String> runs = new LocalFileStore(directory).list("runs");
        assertThat(runs).hasSize(2);
        return runs.get(1);
    }

    @Test
    void shouldBuildOnNoSnapshotThatAStartHasLeftOut() throws IOException {
        Snapshots snapshots = snapshotOfAThousandKeys();
        String run = runOfASecondSnapshot(snapshots);
        List<List<StateEntry>> before = contents();
        flipAByteOf(run);
        assertThat(snapshots.newest(Long.MAX_VALUE).snapshot)
                .as("where a start begins")
                .isEqualTo(1);
        assertThat(fold(snapshots, 3).base()).isEqualTo(1);
        assertThat(contents()).isEqualTo(before);
        assertThat(snapshots.newest(Long.MAX_VALUE).snapshot).isEqualTo(3);
    }

    @Test
    void shouldBuildOnAnOlderSnapshotAfterAFoldHasMetDamage() throws IOException {
        Snapshots snapshots = snapshotOfAThousandKeys();
        String run = runOfASecondSnapshot(snapshots);
        changeStep(1, batch -> puts(0, 900)); // so much that all runs are merged
        flipAByteOf(run);
        assertThatThrownBy(() -> fold(snapshots, 4))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(run);
        changeStep(1, batch -> puts(0, 1));
        List<List<StateEntry>> before = contents();
        assertThat(fold(snapshots, 5).base()).isEqualTo(1);
        assertThat(contents()).isEqualTo(before);
    }
}
