/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.codec.Renamed;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.owner.Revocation;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that rewrites what a step held does so in many records, of which the last decides. */
class UpgradeRecordsTest {
    private static final long SMALL = 1600; // so that a block has 100 bytes at most, and one entry at least
    private static final int KEYS = 40;
    private static final int RECORDS = 10;
    private static final String STEP = "counts";

    record OldKey(int number) {}

    record Old(int count) {}

    @Renamed(from = "OldKey")
    record Key(long number) {}

    @Renamed(from = "Old")
    record New(long count) {}

    @Renamed(from = "OldKey")
    record Lossy() {}

    private static final ValueCodec BEFORE = new ValueCodec(List.of(OldKey.class, Old.class));
    private static final ValueCodec NOW = new ValueCodec(List.of(Key.class, New.class));

    @TempDir
    private Path directory;

    @AfterEach
    void noCrash() {
        CrashPoint.observe(point -> {});
    }

    private FileStore store() {
        return new LocalFileStore(directory);
    }

    private static void begin(Checkpoint checkpoint) throws IOException {
        checkpoint.begin(new BatchTime(0), 1000, false, List.of());
    }

    private void decideOldOnes() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(store(), new Checkpoint.Keeping(SMALL, 0), false)) {
            begin(checkpoint);
            ChangeBlock block = new ChangeBlock(BEFORE);
            IntStream.range(0, KEYS).forEach(number -> block.put(new OldKey(number), new Old(number)));
            checkpoint.plan(new BatchTime(1000), Map.of(), List.of());
            checkpoint.decide(
                    new BatchTime(1000), Map.of(STEP, List.of(StepChanges.of(List.of(block.toBytes())))), Map.of());
            checkpoint.commit(new BatchTime(1000));
        }
    }

    private static StoredStep stored(CheckpointContents contents) {
        return Objects.requireNonNull(contents.step(STEP));
    }

    private static List<StateEntry> read(CheckpointContents contents, ValueCodec codec, Class<?> type) {
        List<StateEntry> entries = new ArrayList<>();
        stored(contents).entries(codec, type).forEach(entries::add);
        entries.sort(Comparator.comparingLong(StateEntry::arrival));
        return entries.stream()
                .map(entry -> new StateEntry(entry.key(), entry.value(), 0, 0))
                .toList();
    }

    private static List<StateEntry> oldOnes() {
        return IntStream.range(0, KEYS)
                .mapToObj(number -> new StateEntry(new OldKey(number), new Old(number), 0, 0))
                .toList();
    }

    private static List<StateEntry> newOnes() {
        return IntStream.range(0, KEYS)
                .mapToObj(number -> new StateEntry(new Key(number), new New(number), 0, 0))
                .toList();
    }

    private void upgrade(long snapshotBytes) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(store(), new Checkpoint.Keeping(snapshotBytes, 0), false)) {
            assertThat(read(checkpoint.contents(), NOW, New.class)).isEqualTo(newOnes());
            StepRewrite rewrite = StepRewrite.of(stored(checkpoint.contents()), NOW, New.class);
            checkpoint.begin(
                    new BatchTime(0),
                    1000,
                    false,
                    List.of(),
                    new StartChanges(Map.of(), Set.of(), Map.of(), rewrite == null ? List.of() : List.of(rewrite)));
        }
    }

    private List<JournalRecord> journal(long number) throws IOException {
        List<JournalRecord> records = new ArrayList<>();
        CheckpointFiles files = Ownership.filesIn(store());
        try (FrameReader reader = files.read(Journals.path(new EpochFile(number, number)), true)) {
            for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                records.add(JournalDecoder.decode(frame));
            }
        }
        return records;
    }

    private List<JournalRecord.Upgrade> upgrades(long journal) throws IOException {
        return journal(journal).stream()
                .<JournalRecord.Upgrade>mapMulti((record, each) -> {
                    if (record instanceof JournalRecord.Upgrade upgrade) {
                        each.accept(upgrade);
                    }
                })
                .toList();
    }

    @Test
    void shouldWriteRecordsOfBoundedSizeOfWhichAnotherDecides() throws IOException {
        decideOldOnes();
        upgrade(SMALL);
        List<JournalRecord.Upgrade> records = upgrades(2);
        assertThat(records)
                .hasSize(RECORDS)
                .allSatisfy(record -> assertThat(record.block()).hasSizeLessThan(400)); // with the schemas of two types
        assertThat(journal(2)).endsWith(new JournalRecord.StartDecided(RECORDS));
        assertThat(read(Checkpoint.peek(store()), NOW, New.class)).isEqualTo(newOnes());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, RECORDS - 1})
    void shouldHaveUpgradedNothingIfItDiesAmidTheRecords(int occurrence) throws IOException {
        decideOldOnes();
        AtomicInteger reached = new AtomicInteger();
        CrashPoint.observe(point -> {
            if (point == CrashPoint.UPGRADE_WRITTEN && reached.incrementAndGet() == occurrence) {
                throw new IllegalStateException("the process ends here");
            }
        });
        assertThatThrownBy(() -> upgrade(SMALL)).hasMessage("the process ends here");
        noCrash();
        assertThat(upgrades(2)).hasSize(occurrence);
        assertThat(read(Checkpoint.peek(store()), BEFORE, Old.class)).isEqualTo(oldOnes());
        upgrade(SMALL);
        assertThat(read(Checkpoint.peek(store()), NOW, New.class)).isEqualTo(newOnes());
        upgrade(SMALL); // of which nothing is left to do
        assertThat(upgrades(4)).isEmpty();
    }

    /** A fold with next to no memory reads each of them alone. */
    @Test
    void shouldFoldThemInLittleMemory() throws IOException {
        decideOldOnes();
        upgrade(SMALL);
        Ownership ownership = Ownership.claim(store(), false, "", new Revocation());
        try (ownership) {
            Snapshots snapshots = new Snapshots(ownership.files(), 128);
            snapshots.fold(snapshots.newRuns(ownership, 2));
        }
        assertThat(read(Checkpoint.peek(store()), NOW, New.class)).isEqualTo(newOnes());
    }

    @Test
    void shouldRefuseKeysThatBecomeEqual() throws IOException {
        decideOldOnes();
        ValueCodec lossy = new ValueCodec(List.of(Lossy.class, New.class));
        assertThatThrownBy(() -> StepRewrite.of(stored(Checkpoint.peek(store())), lossy, New.class))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the state counts cannot be upgraded: two of its keys become Lossy[]; bring back what told"
                        + " them apart, or give the state another name");
    }
}
