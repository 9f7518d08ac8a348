/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static dev.millrace.internal.checkpoint.Batches.begin;
import static dev.millrace.internal.checkpoint.Batches.last;
import static dev.millrace.internal.checkpoint.Batches.open;
import static dev.millrace.internal.checkpoint.Batches.run;
import static dev.millrace.internal.checkpoint.Batches.time;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CapturedLog;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.LogSegments;
import dev.millrace.internal.log.LogWriter;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.owner.Revocation;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.CheckpointVerification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two programs of the same shape have one checkpoint each, and a file of one comes into the place of the other's. */
class ForeignFileTest {
    @TempDir
    Path directory;

    @TempDir
    Path otherDirectory;

    private FileStore store;

    @BeforeEach
    void runBothPrograms() throws IOException {
        store = LocalFileStore.unsynced(directory);
        runBatches(store, Long.MAX_VALUE, 1, 6);
        runBatches(LocalFileStore.unsynced(otherDirectory), Long.MAX_VALUE, 1, 4);
    }

    /** Batch 1 alone is in the first journal, so that only the others are the newest. */
    private static void runBatches(FileStore store, long snapshotBytes, long from, long until) throws IOException {
        for (long batch = from; batch < until; batch++) {
            try (Checkpoint checkpoint = open(store, snapshotBytes, 10, false)) {
                begin(checkpoint);
                run(checkpoint, batch, batch + 1);
            }
        }
    }

    private String id() throws IOException {
        return Ownership.filesIn(store).checkpointId().toString();
    }

    private String otherId() throws IOException {
        return Ownership.filesIn(new LocalFileStore(otherDirectory))
                .checkpointId()
                .toString();
    }

    private void takeOver(String file) throws IOException {
        Files.copy(otherDirectory.resolve(file), directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    private void assertRefused(String file, String id) throws IOException {
        String message = "the file " + directory + "/" + file + " belongs to the checkpoint " + otherId() + ", and "
                + directory + " is the checkpoint " + id
                + "; put the file that belongs here back from a backup of this directory, or start with a new directory";
        assertThatThrownBy(() -> open(store, Long.MAX_VALUE, 10, false))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> Checkpoint.read(store)).hasMessage(message);
    }

    @Test
    void shouldRefuseAJournalOfAnotherCheckpoint() throws IOException {
        String id = id();
        takeOver("journal/0000000002-0000000002");
        assertRefused("journal/0000000002-0000000002", id);
    }

    @Test
    void shouldRefuseReceiptsOfAnotherCheckpoint() throws IOException {
        String id = id();
        Files.delete(directory.resolve("receipts/0000000005-0000000005"));
        takeOver("receipts/0000000003-0000000003");
        String message = "the file " + directory + "/receipts/0000000003-0000000003 belongs to the checkpoint "
                + otherId() + ", and " + directory + " is the checkpoint " + id
                + "; put the file that belongs here back from a backup of this directory, or start with a new directory";
        assertThatThrownBy(() -> open(store, Long.MAX_VALUE, 10, false)).hasMessage(message);
        assertThatThrownBy(() -> Reading.lastReceipts(store)).hasMessage(message);
    }

    /** The journals are all there, so the start can do without. */
    @Test
    void shouldLeaveOutASnapshotOfAnotherCheckpoint() throws IOException {
        runBatches(LocalFileStore.unsynced(otherDirectory), 1, 4, 5);
        String snapshot =
                LocalFileStore.unsynced(otherDirectory).list("snapshots").get(0);
        Files.createDirectories(directory.resolve("snapshots"));
        takeOver("snapshots/" + snapshot);
        try (Checkpoint checkpoint = open(store, Long.MAX_VALUE, 10, false)) {
            assertThat(last(checkpoint.contents())).isEqualTo(5);
        }
    }

    @Test
    void shouldRefuseAnotherFileOfTheSameCheckpoint() throws IOException {
        Files.copy(
                directory.resolve("journal/0000000001-0000000001"),
                directory.resolve("journal/0000000002-0000000002"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> open(store, Long.MAX_VALUE, 10, false))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the file " + directory + "/journal/0000000002-0000000002 is damaged at byte 0: it was the"
                        + " file journal/0000000001-0000000001; restore the whole directory from a backup (a start then tells what its outputs have published since), or start with a new"
                        + " directory");
    }

    @Test
    void shouldLeaveAloneWhatIsNoReceipt() throws IOException {
        Files.writeString(directory.resolve("receipts/README"), "by hand");
        Files.writeString(directory.resolve("receipts/notes.txt"), "by hand");
        Files.createDirectories(directory.resolve("receipts/0000000001-x"));
        CapturedLog log = new CapturedLog("dev.millrace.streaming.checkpoint");
        try (log;
                Checkpoint checkpoint = open(store, Long.MAX_VALUE, 10, false)) {
            begin(checkpoint);
            run(checkpoint, 6, 7);
        }
        assertThat(log.messages())
                .containsExactly("the directory " + directory + "/receipts holds [0000000001-x, README, notes.txt]"
                        + ", which are no receipts; they are left alone");
        assertThat(Reading.lastReceipts(store))
                .containsOnlyKeys("out")
                .containsEntry("out", new Receipts.Receipt(6000, 1));
        assertThat(directory.resolve("receipts/notes.txt")).exists();
    }

    @Test
    void shouldNameTheJournalThatHoldsSomethingElse() throws IOException {
        Files.delete(directory.resolve("journal/0000000005-0000000005"));
        CheckpointIdentity writer = new CheckpointIdentity(UUID.fromString(id()), 5, new UUID(1, 1));
        String name = "journal/0000000005-0000000005";
        long at;
        LogSegments segments = LogSegments.of(Journals.directory(Ownership.filesIn(store)));
        try (LogWriter log = new LogWriter(segments, null, 4, Long.MAX_VALUE, Epoch.unchecked(writer))) {
            log.roll();
            at = log.openBytes();
            log.append(new ReceiptRecord(false, Map.of("out", Map.of(5000L, 1)), Map.of()).encode());
        }
        assertThatThrownBy(() -> open(store, Long.MAX_VALUE, 10, false))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("the file " + directory + "/" + name + " is damaged at byte " + at
                        + ": it holds something other than a journal's records (")
                .hasMessageEndingWith(
                        "); restore the whole directory from a backup (a start then tells what its outputs have published since), or start with a new directory");
    }

    @Test
    void shouldKeepTheIdThroughARollBack() throws IOException {
        String id = id();
        Rollback.carryOut(store, time(3), again -> {});
        assertThat(id()).isEqualTo(id);
        try (Checkpoint checkpoint = open(store, 1, 2, false)) {
            assertThat(checkpoint.identity().checkpointId()).hasToString(id);
        }
    }

    @Test
    void shouldKnowEachRunOfItsPastThroughFoldingAndRollBack() throws IOException {
        List<CheckpointIdentity> runs = new ArrayList<>();
        try (Checkpoint endsBeforeItBegins = open(store, 1, 2, false)) {
            runs.add(endsBeforeItBegins.identity());
        }
        for (long batch = 6; batch < 30; batch++) {
            try (Checkpoint checkpoint = open(store, 1, 2, false)) {
                begin(checkpoint);
                runs.add(checkpoint.identity());
                assertThat(Checkpoint.peek(store)
                                .knownProgramRuns()
                                .knows(checkpoint.identity(), runs.get(0).checkpointId()))
                        .isTrue();
                run(checkpoint, batch, batch + 1);
            }
        }
        assertThat(store.list("journal").get(0)).isGreaterThan("0000000010"); // the others are folded
        assertKnown(runs, 5);
        Rollback.carryOut(store, time(28), again -> {});
        assertKnown(runs, 6); // its owner's file tells of who has rolled back
    }

    /**
     * A predecessor is fenced between its last look at the owners and its journal, and publishes a decided batch again: its
     * receipts are there before a journal tells of it, and its owner's file tells.
     */
    @Test
    void shouldKnowAPredecessorByItsOwnersFileThatHasWrittenReceipts() throws IOException {
        CheckpointIdentity fenced;
        try (Ownership predecessor = Ownership.claim(store, false, "", new Revocation())) {
            fenced = predecessor.identity();
            Receipts before = Receipts.read(predecessor.files());
            try (ReceiptLog written = new ReceiptLog(predecessor.files(), predecessor, before)) {
                written.append(5000, Map.of("out", 1));
                written.takeBack("out", 5000); // or nothing would be written, since there is a receipt
                written.append(5000, Map.of("out", 1));
            }
        }
        UUID checkpoint = fenced.checkpointId();
        Receipts receipts = Receipts.read(Ownership.filesIn(store));
        assertThatThrownBy(() -> receipts.checkRun(store, new KnownProgramRuns()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("has receipts from the run " + fenced.runId() + ", which is not in the past");
        assertThat(CheckpointVerification.of(directory).refused()).isNull();
        assertThat(Checkpoint.peek(store).knownProgramRuns().knows(fenced, checkpoint))
                .isTrue();
        try (Checkpoint successor = open(store, 1, 2, false)) {
            assertThat(successor.contents().knownProgramRuns().knows(fenced, checkpoint))
                    .as("what its outputs say is compared with this")
                    .isTrue();
            begin(successor);
        }
        assertThat(CheckpointVerification.of(directory).isRight()).isTrue();
    }

    private void assertKnown(List<CheckpointIdentity> runs, int others) {
        KnownProgramRuns known = Checkpoint.read(store).knownProgramRuns();
        UUID checkpoint = runs.get(0).checkpointId();
        assertThat(known.byEpoch()).hasSize(others + runs.size());
        for (CheckpointIdentity run : runs) {
            assertThat(known.knows(run, checkpoint)).isTrue();
            assertThat(known.knows(run, new UUID(1, 1))).isFalse();
            assertThat(known.knows(new CheckpointIdentity(checkpoint, run.epoch(), new UUID(1, 1)), checkpoint))
                    .isFalse();
        }
    }

    @Test
    void shouldForgetTheIdsOfRunsThatAreLongPast() {
        CheckpointImage image = new CheckpointImage();
        long last = KnownProgramRuns.MOST + 5L;
        for (long epoch = 1; epoch <= last; epoch++) {
            image.apply(new JournalRecord.Run(epoch, new UUID(7, epoch).toString()));
        }
        KnownProgramRuns known = new KnownProgramRuns(image, List.of());
        UUID checkpoint = new UUID(1, 1);
        assertThat(known.byEpoch()).hasSize(KnownProgramRuns.MOST);
        assertThat(known.byEpoch().firstKey()).isEqualTo(6);
        assertThat(known.knows(new CheckpointIdentity(checkpoint, 5, new UUID(9, 9)), checkpoint))
                .isTrue();
        assertThat(known.knows(new CheckpointIdentity(checkpoint, 6, new UUID(9, 9)), checkpoint))
                .isFalse();
    }
}
