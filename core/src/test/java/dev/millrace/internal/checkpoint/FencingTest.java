/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static dev.millrace.internal.checkpoint.Batches.begin;
import static dev.millrace.internal.checkpoint.Batches.decide;
import static dev.millrace.internal.checkpoint.Batches.last;
import static dev.millrace.internal.checkpoint.Batches.open;
import static dev.millrace.internal.checkpoint.Batches.plan;
import static dev.millrace.internal.checkpoint.Batches.run;
import static dev.millrace.internal.checkpoint.Batches.time;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.LogSegments;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.spi.FileStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program whose checkpoint was taken over, and that does not know it yet. */
class FencingTest {
    private static final long MUCH = 1 << 20;
    private static final long MANY = 1_000_000;

    @TempDir
    Path directory;

    private FileStore store;

    @BeforeEach
    void makeStore() {
        store = new LocalFileStore(directory);
    }

    @Test
    void shouldDecideNothingOnceTakenOver() throws IOException {
        Checkpoint old = open(store, MUCH, 10, false);
        begin(old);
        run(old, 1, 4);
        plan(old, 4);
        try (Checkpoint next = open(store, MUCH, 10, true)) {
            assertThat(last(next.contents())).isEqualTo(3);
            begin(next);
            assertThatThrownBy(() -> decide(old, 4))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith("the checkpoint " + directory + " was taken over by process ");
            run(next, 4, 6);
        }
        old.close();
        CheckpointContents contents = Checkpoint.read(store);
        assertThat(last(contents)).isEqualTo(5);
        assertThat(contents.unpublished()).isEmpty();
        assertThat(Reading.kept(store)).containsExactly(time(1), time(2), time(3), time(4), time(5));
    }

    @Test
    void shouldSeeADecisionThatWasDurableBeforeTheTakeover() throws IOException {
        Checkpoint old = open(store, MUCH, 10, false);
        begin(old);
        run(old, 1, 2);
        plan(old, 2);
        decide(old, 2); // and the process stops here
        try (Checkpoint next = open(store, MUCH, 10, true)) {
            assertThat(last(next.contents())).isEqualTo(2);
            assertThat(next.contents().unpublished()).containsOnlyKeys(time(2));
        }
        old.close();
    }

    private static CheckpointIdentity identity(long epoch) {
        return new CheckpointIdentity(new UUID(1, 1), epoch, new UUID(2, epoch));
    }

    private Receipts read() throws IOException {
        return Receipts.read(new CheckpointFiles(store, identity(1).checkpointId()));
    }

    private ReceiptLog receipts(long epoch) throws IOException {
        CheckpointFiles files = new CheckpointFiles(store, identity(1).checkpointId());
        return new ReceiptLog(files, Epoch.unchecked(identity(epoch)), read());
    }

    /** The next start would have been refused: a batch published that the checkpoint does not know. */
    @Test
    void shouldNotBringBackReceiptsThatItsSuccessorHasTakenBack() throws IOException {
        try (ReceiptLog first = receipts(1)) {
            first.append(1, Map.of("out", 1));
            first.append(2, Map.of("out", 1));
        }
        try (ReceiptLog old = receipts(2)) {
            try (ReceiptLog next = receipts(3)) {
                next.takeBack("out", 2);
            }
            try (ReceiptLog third = receipts(4)) {
                third.append(2, Map.of("out", 1));
                third.takeBack("out", 2);
                third.append(1, Map.of("out", 1));
            }
            try (ReceiptLog fourth = receipts(5)) {
                fourth.takeBack("out", 3);
            }
            old.append(2, Map.of("out", 1));
        }
        assertThat(read().last()).containsEntry("out", new Receipts.Receipt(1, 1));
    }

    /** It was about to begin a file, and to delete the one before, which its successor was about to read. */
    @Test
    void shouldReadReceiptsAgainWhenAFencedProgramDeletesThemMeanwhile() throws IOException {
        try (ReceiptLog first = receipts(1)) {
            first.append(1, Map.of("out", 1));
        }
        ReceiptLog old = receipts(2);
        FileStore slow = new ForwardingStore(store) {
            private boolean begun;

            @Override
            public InputStream open(String path) throws IOException {
                if (!begun) {
                    begun = true;
                    old.append(2, Map.of("out", 1));
                }
                return super.open(path);
            }
        };
        Receipts read = Receipts.read(new CheckpointFiles(slow, identity(1).checkpointId()));
        assertThat(read.last()).containsEntry("out", new Receipts.Receipt(2, 1));
        old.close();
    }

    @Test
    void shouldLeaveTheReceiptsOfItsSuccessor() throws IOException {
        try (ReceiptLog old = receipts(1);
                ReceiptLog next = receipts(2)) {
            next.append(1, Map.of("out", 1));
            old.append(1, Map.of("out", 1)); // of a batch that it had decided
            next.append(2, Map.of("out", 1));
        }
        assertThat(read().last()).containsEntry("out", new Receipts.Receipt(2, 1));
    }

    /** Its successor has published a batch that it cannot know of. */
    @Test
    void shouldSayThatItWasTakenOverWhenThatIsWhyItsStartFails() throws IOException {
        try (Checkpoint first = open(store, MUCH, 10, false)) {
            begin(first);
            run(first, 1, 3);
        }
        List<Checkpoint> successors = new ArrayList<>();
        FileStore slow = new ForwardingStore(store) {
            @Override
            public List<String> list(String directory) throws IOException {
                if (directory.equals("receipts") && successors.isEmpty()) { // the journals are read already
                    successors.add(Batches.open(store, MUCH, 10, true));
                    begin(successors.get(0));
                    run(successors.get(0), 3, 4);
                }
                return super.list(directory);
            }
        };
        assertThatThrownBy(() -> open(slow, MUCH, 10, false))
                .isInstanceOf(CheckpointException.class)
                .hasMessageMatching("the checkpoint .* was taken over by process .*; this program decides and publishes"
                        + " nothing any more: stop it, or take the checkpoint back")
                .satisfies(taken -> assertThat(taken.getSuppressed()).hasSize(1));
        successors.get(0).close();
    }

    /** A fenced program wakes while it takes back what a roll back has undone, and its successor has published it again. */
    @Test
    void shouldKeepTheReceiptOfItsSuccessorWhenItIsTakenBackLate() throws IOException {
        try (ReceiptLog before = receipts(1)) {
            before.append(1, Map.of("out", 1));
            before.append(2, Map.of("out", 1));
        }
        try (ReceiptLog old = receipts(2);
                ReceiptLog next = receipts(3)) {
            next.takeBack("out", 2);
            next.append(2, Map.of("out", 1));
            old.takeBack("out", 2);
        }
        assertThat(read().last()).containsEntry("out", new Receipts.Receipt(2, 1));
    }

    /** A store whose writes to journals come late; their files are there at once. It was asked for owners before that. */
    private static final class Late extends ForwardingStore {
        private final List<Appender> files = new ArrayList<>();
        private final List<ByteArrayOutputStream> written = new ArrayList<>();

        private @Nullable List<String> owners;

        Late(FileStore real) {
            super(real);
        }

        void rememberOwners() throws IOException {
            owners = super.list("owners");
        }

        @Override
        public List<String> list(String directory) throws IOException {
            return owners != null && directory.equals("owners") ? owners : super.list(directory);
        }

        @Override
        public Appender create(String path) throws IOException {
            Appender real = super.create(path);
            if (!path.startsWith("journal/")) {
                return real;
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            files.add(real);
            written.add(bytes);
            return new Appender() {
                @Override
                public void append(byte[] more) {
                    bytes.writeBytes(more);
                }

                @Override
                public void sync() {}

                @Override
                public void close() {}
            };
        }

        void come() throws IOException {
            for (int i = 0; i < files.size(); i++) {
                try (Appender file = files.get(i)) {
                    file.append(written.get(i).toByteArray());
                }
            }
        }
    }

    /** It makes the file of its journal while its successor reads what there is, and writes the first record later. */
    @Test
    void shouldPassOverAJournalOfWhichOnlyTheFileWasThere() throws IOException {
        Set<Integer> journals = new TreeSet<>();
        for (int look = 1; look < 8; look++) {
            FileStore files = new LocalFileStore(directory.resolve("look-" + look));
            try (Checkpoint first = open(files, MUCH, 10, false)) {
                begin(first);
                run(first, 1, 3);
            }
            Late late = new Late(files);
            Checkpoint old = open(late, MUCH, 10, false);
            late.rememberOwners();
            try (Checkpoint next = open(beginning(old, files, look), MUCH, 10, true)) {
                begin(next);
                run(next, 3, 5);
            }
            journals.add(files.list("journal").size());
            late.come();
            try (Checkpoint third = open(files, MUCH, 10, false)) {
                assertThat(last(third.contents())).as("at look %d", look).isEqualTo(4);
            }
            old.close();
        }
        assertThat(journals).as("the file was seen, or deleted").containsExactly(2, 3);
    }

    /** A store that has another program begin when it looks into the directory of the journals. */
    private static FileStore beginning(Checkpoint other, FileStore real, int look) {
        return new ForwardingStore(real) {
            private int looks;

            @Override
            public List<String> list(String directory) throws IOException {
                if (directory.equals("journal") && ++looks == look) {
                    begin(other);
                }
                return super.list(directory);
            }
        };
    }

    /** It was stopped while it started; what its successor decided there would have been lost. */
    @Test
    void shouldDeleteNoJournalThatItsSuccessorBegins() throws IOException {
        try (Checkpoint first = open(store, MUCH, 10, false)) {
            begin(first);
            run(first, 1, 3);
        }
        String begun = "journal/0000000002-0000000009";
        store.create(begun).close();
        LogSegments journals = LogSegments.of(Journals.directory(Ownership.filesIn(store)));
        journals.deleteUnstarted(8);
        assertThat(store.list("journal")).contains("0000000002-0000000009");
        journals.deleteUnstarted(10);
        assertThat(store.list("journal")).hasSize(1);
    }

    @Test
    void shouldRunNoOutputOnceTakenOver() throws IOException {
        Checkpoint old = open(store, MUCH, 10, false);
        begin(old);
        plan(old, 1);
        open(store, MUCH, 10, true).close();
        assertThatThrownBy(old::syncPlans)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("was taken over by");
        old.close();
    }

    /** It had checked its right, was stopped for long, and goes on as if nothing had happened. */
    @Test
    void shouldPassOverWhatAFencedProgramWrites() throws IOException {
        Checkpoint old = open(store, MUCH, 10, false);
        begin(old);
        run(old, 1, 3);
        try (Checkpoint next = open(store, MUCH, 10, true)) {
            begin(next);
            run(next, 3, 5);
            for (int batch = 3; batch < 40; batch++) {
                int late = batch;
                plan(old, late);
                assertThatThrownBy(() -> decide(old, late + 100)).isInstanceOf(CheckpointException.class);
                old.commit(time(late));
            }
            run(next, 5, 7);
        }
        old.close();
        try (Checkpoint third = open(store, MUCH, 10, false)) {
            assertThat(last(third.contents())).isEqualTo(6);
            assertThat(third.contents().plans()).isEmpty();
            begin(third);
        }
    }

    @Test
    void shouldPassOverJournalsThatAFencedProgramBegins() throws IOException {
        List<String> owners = new ArrayList<>(); // as they were when it last looked
        FileStore stopped = new ForwardingStore(store) {
            @Override
            public List<String> list(String directory) throws IOException {
                return directory.equals("owners") && !owners.isEmpty() ? owners : super.list(directory);
            }
        };
        Checkpoint old = open(stopped, 1, 0, false);
        begin(old);
        run(old, 1, 3);
        try (Checkpoint next = open(store, MUCH, 10, true)) {
            begin(next);
            run(next, 3, 5);
            plan(old, 3);
            assertThatThrownBy(() -> decide(old, 3)).isInstanceOf(CheckpointException.class);
            owners.add("0000000001");
            for (long commits = 0; EpochFile.of(store.list("journal")).size() < 4 && commits < MANY; commits++) {
                old.commit(time(3)); // begins a journal and has the last one folded, when no fold is under way
            }
        }
        old.close();
        List<EpochFile> journals = EpochFile.of(store.list("journal"));
        assertThat(journals).filteredOn(file -> file.epoch() == 2).hasSize(1);
        EpochFile taken =
                journals.stream().filter(file -> file.epoch() == 2).findFirst().orElseThrow();
        assertThat(journals).contains(new EpochFile(taken.number(), 1));
        assertThat(EpochFile.of(store.list("snapshots"))).allMatch(snapshot -> snapshot.number() < taken.number());
        try (Checkpoint third = open(store, MUCH, 0, false)) {
            assertThat(last(third.contents())).isEqualTo(4);
        }
    }

    @Test
    void shouldStillRefuseAJournalThatIsCutShortWhenAnotherProgramFollowed() throws IOException {
        try (Checkpoint old = open(store, MUCH, 10, false)) {
            begin(old);
            run(old, 1, 3);
        }
        try (Checkpoint next = open(store, MUCH, 10, false)) {
            begin(next);
        }
        try (RandomAccessFile journal = new RandomAccessFile(
                directory.resolve("journal/0000000001-0000000001").toFile(), "rw")) {
            journal.setLength(journal.length() - 1);
        }
        assertThatThrownBy(() -> open(store, MUCH, 10, false))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("journal/0000000001-0000000001 is damaged at byte ")
                .hasMessageContaining(": the file ends in the middle of a frame; ");
    }

    /** Its first record tells how much of the journal before counts; without that, nobody would know. */
    @Test
    void shouldForgetAJournalThatWasCutOffInItsFirstRecord() throws IOException {
        Checkpoint old = open(store, MUCH, 10, false);
        begin(old);
        run(old, 1, 3);
        Checkpoint cutOff = open(store, MUCH, 10, true);
        cutOff.close();
        store.create("journal/0000000002-0000000002").close();
        try (Checkpoint next = open(store, MUCH, 10, false)) {
            begin(next);
            plan(old, 3);
            assertThatThrownBy(() -> decide(old, 3)).isInstanceOf(CheckpointException.class);
            assertThat(store.list("journal")).containsExactly("0000000001-0000000001", "0000000002-0000000003");
        }
        old.close();
        CheckpointContents contents = Checkpoint.read(store);
        assertThat(last(contents)).isEqualTo(2);
        assertThat(contents.plans()).isEqualTo(Map.of());
    }
}
