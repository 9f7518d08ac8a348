/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FileReport;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.log.LogSegments;
import dev.millrace.internal.log.LogWriter;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.owner.Revocation;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointVerification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch whose changes are too many for one record is decided by several, of which the last decides. */
class DecisionTest {
    private static final ValueCodec CODEC = ValueCodec.builtIn();
    private static final long SMALL = 1600; // so that a record has 100 bytes at most

    @TempDir
    private Path directory;

    @AfterEach
    void noCrash() {
        CrashPoint.observe(point -> {});
    }

    private FileStore store() {
        return new LocalFileStore(directory);
    }

    private Checkpoint begun(long snapshotBytes) throws IOException {
        Checkpoint checkpoint = Checkpoint.open(store(), new Checkpoint.Keeping(snapshotBytes, 0), false);
        checkpoint.begin(new BatchTime(0), 1000, false, List.of());
        return checkpoint;
    }

    /** Blocks of some forty bytes; each says for a key which batch, and which attempt at it, has changed it last. */
    private static Map<String, List<StepChanges>> changes(int keys, String by) {
        List<StepChanges> partitions = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            ChangeBlock block = new ChangeBlock(CODEC);
            block.put(i, by + " ".repeat(30));
            partitions.add(StepChanges.of(List.of(block.toBytes())));
        }
        return Map.of("texts", partitions);
    }

    private static void decide(Checkpoint checkpoint, long time, int keys, String by) throws IOException {
        checkpoint.plan(new BatchTime(time), Map.of(), List.of());
        checkpoint.syncPlans();
        checkpoint.decide(new BatchTime(time), changes(keys, by), Map.of());
        checkpoint.commit(new BatchTime(time));
    }

    private static Map<Object, Object> texts(CheckpointContents contents) {
        Map<Object, Object> texts = new HashMap<>();
        for (StateEntry entry : contents.step("texts", CODEC)) {
            texts.put(entry.key(), entry.value().toString().trim());
        }
        return texts;
    }

    private List<String> kinds(long journal, long epoch) throws IOException {
        List<String> kinds = new ArrayList<>();
        CheckpointFiles files = Ownership.filesIn(store());
        try (FrameReader reader = files.read(Journals.path(new EpochFile(journal, epoch)), true)) {
            for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                kinds.add(JournalDecoder.decode(frame).getClass().getSimpleName());
            }
        }
        return kinds;
    }

    /** The second journal of a checkpoint that has one. */
    private LogWriter behindOne(Checkpoint checkpoint) throws IOException {
        LogSegments segments = LogSegments.of(Journals.directory(Ownership.filesIn(store())));
        return new LogWriter(segments, null, 1, Long.MAX_VALUE, Epoch.unchecked(checkpoint.identity()));
    }

    private void dieAt(CrashPoint at, Checkpoint checkpoint, long time, int keys, String by) {
        CrashPoint.observe(point -> {
            if (point == at) {
                throw new IllegalStateException("the process ends here");
            }
        });
        assertThatThrownBy(() -> decide(checkpoint, time, keys, by)).hasMessage("the process ends here");
        noCrash();
    }

    @Test
    void shouldDecideASmallBatchByOneRecordAndALargeOneBySeveral() throws IOException {
        try (Checkpoint checkpoint = begun(SMALL)) {
            decide(checkpoint, 1000, 2, "first");
            decide(checkpoint, 2000, 3, "second");
        }
        assertThat(kinds(1, 1))
                .containsExactly(
                        "Start", "Run", "Plan", "Decided", "Commit", "Plan", "Changed", "Changed", "Changed", "Decided",
                        "Commit");
        assertThat(texts(Checkpoint.peek(store()))).isEqualTo(Map.of(0, "second", 1, "second", 2, "second"));
        assertThat(texts(Checkpoint.readBefore(store(), new BatchTime(2000))))
                .isEqualTo(Map.of(0, "first", 1, "first"));
    }

    @Test
    void shouldForgetChangesOfWhichNoRecordDecides() throws IOException {
        try (Checkpoint checkpoint = begun(SMALL)) {
            decide(checkpoint, 1000, 5, "first");
            dieAt(CrashPoint.CHANGES_WRITTEN, checkpoint, 2000, 9, "second");
        }
        assertThat(kinds(1, 1)).endsWith("Changed", "Changed");
        try (Checkpoint next = Checkpoint.open(store(), new Checkpoint.Keeping(SMALL, 0), false)) {
            assertThat(texts(next.contents())).hasSize(5).containsValue("first").doesNotContainValue("second");
            next.begin(new BatchTime(0), 1000, false, List.of());
            next.decide(new BatchTime(2000), changes(3, "again"), Map.of());
            next.commit(new BatchTime(2000));
        }
        assertThat(texts(Checkpoint.peek(store())))
                .isEqualTo(Map.of(0, "again", 1, "again", 2, "again", 3, "first", 4, "first"));
    }

    /** Also where the two attempts stand in one journal, and the first one had more to say. */
    @Test
    void shouldNotMixTheChangesOfTwoAttempts() throws IOException {
        try (Checkpoint checkpoint = begun(SMALL)) {
            dieAt(CrashPoint.CHANGES_WRITTEN, checkpoint, 1000, 9, "first");
            checkpoint.decide(new BatchTime(1000), changes(4, "second"), Map.of());
        }
        assertThat(texts(Checkpoint.peek(store())))
                .isEqualTo(Map.of(0, "second", 1, "second", 2, "second", 3, "second"));
    }

    @Test
    void shouldFoldThem() throws IOException {
        try (Checkpoint checkpoint = begun(SMALL)) {
            checkpoint.compactAtOnce();
            for (int i = 1; i <= 30; i++) {
                decide(checkpoint, 1000L * i, i, "batch " + i);
            }
        }
        assertThat(store().list(Snapshots.DIRECTORY)).isNotEmpty();
        assertThat(texts(Checkpoint.peek(store())))
                .hasSize(30)
                .allSatisfy((key, text) -> assertThat(text).isEqualTo("batch 30"));
    }

    /** A fold with next to no memory reads each of them alone. */
    @Test
    void shouldFoldThemInLittleMemory() throws IOException {
        try (Checkpoint checkpoint = begun(1 << 20)) {
            decide(checkpoint, 1000, 5000, "first");
        }
        assertThat(kinds(1, 1)).contains("Changed");
        Ownership ownership = Ownership.claim(store(), false, "", new Revocation());
        try (ownership) {
            Snapshots snapshots = new Snapshots(ownership.files(), 4096);
            snapshots.fold(snapshots.newRuns(ownership, 1));
        }
        assertThat(texts(Checkpoint.peek(store()))).hasSize(5000);
    }

    @Test
    void shouldRefuseADecisionWithoutItsChanges() throws IOException {
        CheckpointFiles files;
        long at;
        try (Checkpoint checkpoint = begun(SMALL)) {
            decide(checkpoint, 1000, 1, "first");
            files = Ownership.filesIn(store());
            try (LogWriter writer = behindOne(checkpoint)) {
                writer.append(new JournalRecord.Start(0, 1000, false, List.of()).encode());
                writer.append(new JournalRecord.Changed(2000, 0, "texts", new byte[1]).encode());
                at = writer.openBytes();
                writer.append(new JournalRecord.Decided(2000, Map.of(), 2, Map.of(), checkpoint.identity()).encode());
            }
        }
        String refusal = "the file " + store().location()
                + "/journal/0000000002-0000000001 is damaged at byte " + at
                + ": batch 2000 ms was decided with 2 records"
                + " of changes, and 1 stand before it; " + FrameReader.REMEDY;
        assertThatThrownBy(() -> Checkpoint.peek(store()))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(refusal);
        assertThat(Verification.of(files))
                .filteredOn(report -> report.state() == CheckpointVerification.State.DAMAGED)
                .extracting(FileReport::finding)
                .containsExactly(refusal);
    }

    @Test
    void shouldRefuseChangesInAnotherOrder() throws IOException {
        try (Checkpoint checkpoint = begun(SMALL)) {
            try (LogWriter writer = behindOne(checkpoint)) {
                writer.append(new JournalRecord.Start(0, 1000, false, List.of()).encode());
                writer.append(new JournalRecord.Changed(2000, 1, "texts", new byte[1]).encode());
            }
        }
        assertThatThrownBy(() -> Checkpoint.peek(store()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(": a record of changes stands at another place than it was written; ");
    }

    /** Its head and its block are written one after the other. */
    @Test
    void shouldWriteARecordInTwoPartsAsInOne() {
        for (int length : new int[] {0, 1, 127, 128, 70_000}) {
            JournalRecord.Changed changed = new JournalRecord.Changed(1000, 300, "texts", new byte[length]);
            byte[] whole = changed.encode();
            byte[] head = changed.head();
            assertThat(whole).hasSize(head.length + length).startsWith(head);
        }
    }
}
