/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
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
        CheckpointContents contents = Checkpoint.read(new LocalFileStore(directory));
        return List.of(contents.step("a", CODEC), contents.step("b", CODEC));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4000, Long.MAX_VALUE})
    void shouldKeepEntriesAndOrderWhateverMayBeInMemory(long bytes) throws IOException {
        LocalFileStore store = new LocalFileStore(directory);
        runBatches(1, 60);
        List<List<StateEntry>> before = contents();
        Snapshots snapshots = new Snapshots(Ownership.filesIn(store), bytes);
        retire(store, snapshots.fold(1, epoch(store, 1)), 1);
        assertThat(contents()).isEqualTo(before);
        runBatches(60, 100);
        before = contents();
        Snapshots.Folded folded = snapshots.fold(2, epoch(store, 2));
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
        SnapshotWriter writer = new SnapshotWriter(store, epoch(store, 1));
        snapshots.applyJournals(image, snapshots.journals(), Long.MAX_VALUE, writer);
        long inMemory = image.entries.values().stream()
                .mapToLong(KeyedEntries::bytesInMemory)
                .sum();
        assertThat(inMemory).isLessThanOrEqualTo(Math.max(bytes, 1_500));
        CheckpointContents contents = Batches.contentsOf(image);
        assertThat(List.of(contents.step("a", CODEC), contents.step("b", CODEC)))
                .isEqualTo(expected);
        writer.deleteParts();
        assertThat(store.list("snapshots")).isEmpty();
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

    @Test
    void shouldWriteASnapshotOnlyOnceWhereFewKeysChangeOften() throws IOException {
        LocalFileStore store = new LocalFileStore(directory);
        changeStep(1, batch -> puts(0, 10_000));
        Snapshots snapshots = new Snapshots(Ownership.filesIn(store), 100_000);
        snapshots.fold(1, epoch(store, 1));
        changeStep(400, batch -> puts(0, 100));
        List<List<StateEntry>> before = contents();
        Snapshots.Folded folded = snapshots.fold(2, epoch(store, 2));
        assertThat(contents()).isEqualTo(before);
        assertThat(folded.journals()).isGreaterThan(20 * 100_000);
        assertThat(folded.written()).isEqualTo(folded.bytes()).isGreaterThan(700_000);
    }

    @Test
    void shouldWriteAFewTimesTheJournalsWhereAStateIsMuchLargerThanTheMemoryForFolding() throws IOException {
        LocalFileStore store = new LocalFileStore(directory);
        changeStep(1, batch -> puts(0, 10_000));
        Snapshots snapshots = new Snapshots(Ownership.filesIn(store), 10_000);
        snapshots.fold(1, epoch(store, 1));
        changeStep(300, batch -> puts(batch % 100 * 100, batch % 100 * 100 + 100));
        List<List<StateEntry>> before = contents();
        Snapshots.Folded folded = snapshots.fold(2, epoch(store, 2));
        assertThat(contents()).isEqualTo(before);
        assertThat(folded.written())
                .isBetween(2 * folded.bytes(), 7 * folded.journals()); // once in four changed parts, and at the end
    }

    @Test
    void shouldFoldManySmallJournalsOnlyIfTheSnapshotIsSmallToo() throws IOException {
        LocalFileStore store = new LocalFileStore(directory);
        runBatches(1, 2);
        Snapshots snapshots = new Snapshots(Ownership.filesIn(store), 10_000);
        Retention retention = new Retention(Ownership.filesIn(store), 0);
        try (Compaction compaction =
                new Compaction(snapshots, retention, epoch(store, 1), 1 << 20, 80_000, Threads.OWN)) {
            assertThat(compaction.isDue(32, 9_999)).isFalse();
            assertThat(compaction.isDue(31, 10_000)).isFalse();
            assertThat(compaction.isDue(32, 10_000)).isTrue();
            assertThat(compaction.isDue(255, 9_999)).isFalse();
            assertThat(compaction.isDue(256, 9_999)).isTrue();
            assertThat(compaction.isDue(1, (1 << 20) + 1)).isTrue();
        }
    }

    @Test
    void shouldReplaceWhatABrokenFoldLeft() throws IOException {
        LocalFileStore store = new LocalFileStore(directory);
        runBatches(1, 10);
        store.create("snapshots/part-0000000001/0").close();
        store.create("snapshots/building-0000000001/entries-0").close();
        List<List<StateEntry>> before = contents();
        new Snapshots(Ownership.filesIn(store), 0).fold(1, epoch(store, 1));
        assertThat(contents()).isEqualTo(before);
        assertThat(store.list("snapshots")).containsExactly("0000000001-0000000001");
    }
}
