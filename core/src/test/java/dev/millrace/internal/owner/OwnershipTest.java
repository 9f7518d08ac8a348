/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.CapturedLog;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.ForwardingStore;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.FileReport;
import dev.millrace.internal.log.FrameWriter;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.CheckpointVerification.State;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
    private static final String REMEDY = "stop it";

    @TempDir
    Path directory;

    private FileStore store;

    @BeforeEach
    void makeStore() {
        store = new LocalFileStore(directory);
    }

    private Ownership claim(boolean takeover) throws IOException {
        return Ownership.claim(store, takeover, REMEDY, new Revocation());
    }

    private List<String> ownerLines(long epoch) throws IOException {
        return Files.readAllLines(directory.resolve(String.format("owners/%010d", epoch)));
    }

    @Test
    void shouldRefuseWhenAnOwnerLives() throws IOException {
        try (Ownership first = claim(false)) {
            List<String> lines = ownerLines(1);
            assertThat(lines.get(0)).isEqualTo("checkpoint " + first.identity().checkpointId());
            assertThat(lines.get(1)).isEqualTo("epoch 1");
            assertThat(lines.get(2)).isEqualTo("run " + first.identity().runId());
            assertThat(lines.get(4))
                    .isEqualTo("process " + ProcessHandle.current().pid());
            assertThat(Instant.parse(value(lines, 5))).isBeforeOrEqualTo(Instant.now());
            assertThatThrownBy(() -> claim(false))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("the checkpoint " + directory + " is in use by the program of this process since "
                            + value(lines, 5) + "; stop it");
            first.check();
        }
    }

    @Test
    void shouldNotTakeACheckpointThatWasGivenUpBefore() throws IOException {
        Revocation revocation = new Revocation();
        revocation.revoke();
        try (Ownership next = claim(false)) {
            assertThatThrownBy(() -> Ownership.claim(store, true, REMEDY, revocation))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("the program was stopped before this code had ended, and has given up the checkpoint "
                            + directory + "; it decides and publishes nothing any more");
            next.check();
        }
    }

    @Test
    void shouldTellOfATakeoverFromAnOwnerThatLives() throws IOException {
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming.checkpoint");
                Ownership first = claim(false)) {
            List<String> lines = ownerLines(1);
            claim(true).close();
            assertThat(log.lines())
                    .containsExactly("INFO the checkpoint " + directory + " is taken over from " + owner(lines)
                            + ", which decides and publishes nothing any more");
            claim(true).close();
            assertThat(log.lines()).as("nobody had it any more").hasSize(1);
            assertThatThrownBy(first::check).isInstanceOf(CheckpointException.class);
        }
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // it tried the same number for ever
    void shouldPassOverAFileThatIsNotWholeBehindANumberThatIsNotTaken() throws IOException {
        Files.createDirectories(directory.resolve("owners"));
        Files.createFile(directory.resolve("owners/0000000002"));
        try (Ownership owner = claim(false)) {
            assertThat(owner.number()).isEqualTo(3);
            owner.check();
        }
        try (Ownership next = claim(false)) {
            assertThat(next.number()).isEqualTo(4);
        }
    }

    /** It had drawn an id when the directory was new, and could not delete its file again: then nobody could read the checkpoint any more. */
    @Test
    void shouldTakeNoIdFromAProgramThatDiesWhenItHasMadeItsFileLate() throws IOException {
        List<Ownership> others = new ArrayList<>();
        FileStore late = new ForwardingStore(store) {
            @Override
            public Appender create(String path) throws IOException {
                if (others.isEmpty()) {
                    others.add(claim(true)); // makes a file in its stead
                    others.add(claim(true));
                    others.get(1).forgetPredecessors();
                }
                return super.create(path);
            }

            @Override
            public void delete(String path) throws IOException {
                throw new IOException("the process was killed");
            }
        };
        assertThatThrownBy(() -> Ownership.claim(late, true, REMEDY, new Revocation()))
                .hasMessage("the process was killed");
        Ownership owner = others.get(1);
        assertThat(owner.number()).isEqualTo(3);
        List<CheckpointIdentity> both = List.of(others.get(0).identity(), owner.identity());
        String drawn = ownerLines(1).get(0).replace("checkpoint ", "");
        assertThat(drawn).isNotEqualTo(owner.identity().checkpointId().toString());

        assertThat(owner.files().checkpointId())
                .isEqualTo(Ownership.filesIn(store).checkpointId());
        assertThat(Ownership.programRuns(store)).isEqualTo(both);
        owner.check();
        new FrameWriter(store, "journal/0000000001-0000000003", owner.identity()).close();
        assertThat(Ownership.filesIn(store).checkpointId())
                .isEqualTo(owner.identity().checkpointId());
        assertThat(OwnersVerification.of(owner.files()))
                .extracting(FileReport::path, FileReport::state, FileReport::finding)
                .containsExactly(
                        tuple(
                                "owners/0000000001",
                                State.LEFT_OVER,
                                "a program that did not get the checkpoint had drawn the id " + drawn + " for it"),
                        tuple("owners/0000000002", State.WHOLE, ""),
                        tuple("owners/0000000003", State.WHOLE, ""));
        others.forEach(Ownership::close);
        try (Ownership next = claim(false)) {
            assertThat(next.identity().checkpointId())
                    .isEqualTo(owner.identity().checkpointId());
            assertThat(next.predecessors()).isEqualTo(both);
        }
    }

    /** The other way round: it died when it had seen that another had given the directory an id meanwhile. */
    @Test
    void shouldTakeNoIdFromAProgramThatDiesWhenItHasFoundAnother() throws IOException {
        Files.createDirectories(directory.resolve("owners"));
        Path writing = Files.createFile(directory.resolve("owners/0000000001"));
        CheckpointIdentity first = new CheckpointIdentity(new UUID(1, 1), 1, new UUID(2, 2));
        FileStore slow = new ForwardingStore(store) {
            @Override
            public Appender create(String path) throws IOException {
                Files.write(writing, Owner.thisProcess(first).encode());
                return super.create(path);
            }

            @Override
            public void delete(String path) throws IOException {
                throw new IOException("the process was killed");
            }
        };
        assertThatThrownBy(() -> Ownership.claim(slow, false, REMEDY, new Revocation()))
                .hasMessage("the process was killed");
        assertThat(ownerLines(2).get(0)).isNotEqualTo("checkpoint " + first.checkpointId());
        new FrameWriter(store, "journal/0000000001-0000000001", first).close();
        try (Ownership next = claim(false)) {
            assertThat(next.identity().checkpointId()).isEqualTo(first.checkpointId());
            assertThat(next.number()).isEqualTo(3);
            assertThat(next.predecessors()).containsExactly(first);
        }
    }

    /** The owner that it had seen in the list had no file any more, so it took itself for the owner, and published what was void. */
    @Test
    void shouldSeeATakeoverWhoseFileIsForgottenWhileItIsLookedAt() throws IOException {
        List<Ownership> others = new ArrayList<>();
        FileStore slow = new ForwardingStore(store) {
            @Override
            public InputStream open(String path) throws IOException {
                if (path.equals("owners/0000000003") && others.isEmpty()) {
                    others.add(claim(true));
                    others.add(claim(true));
                    others.get(1).forgetPredecessors();
                }
                return super.open(path);
            }
        };
        try (Ownership asleep = Ownership.claim(slow, false, REMEDY, new Revocation())) {
            claim(true).close();
            claim(true).close();
            try (Ownership fourth = claim(true)) {
                fourth.forgetPredecessors();
            }
            assertThat(store.list("owners"))
                    .contains("0000000001", "0000000003")
                    .doesNotContain("0000000002");
            assertThatThrownBy(asleep::check)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("was taken over by");
        }
        assertThat(store.list("owners")).doesNotContain("0000000003", "0000000004");
        others.forEach(Ownership::close);
    }

    /** It said that the directory holds files of two checkpoints, because the owner that has the id was gone when it was read. */
    @Test
    void shouldReadOwnersAgainWhenOneIsForgottenMeanwhile() throws IOException {
        CheckpointIdentity late = new CheckpointIdentity(new UUID(3, 3), 1, new UUID(4, 4));
        CheckpointIdentity owner = new CheckpointIdentity(new UUID(1, 1), 2, new UUID(2, 2));
        Files.createDirectories(directory.resolve("owners"));
        for (CheckpointIdentity one : List.of(late, owner)) {
            Files.write(
                    directory.resolve(Owners.path(one.epoch())),
                    Owner.thisProcess(one).encode());
        }
        new FrameWriter(store, "journal/0000000001-0000000002", owner).close();
        List<Ownership> others = new ArrayList<>();
        FileStore slow = new ForwardingStore(store) {
            @Override
            public InputStream open(String path) throws IOException {
                if (path.equals("owners/0000000002") && others.isEmpty()) {
                    others.add(claim(true));
                    others.add(claim(true));
                    others.get(1).forgetPredecessors();
                }
                return super.open(path);
            }
        };
        assertThat(Ownership.filesIn(slow).checkpointId()).isEqualTo(owner.checkpointId());
        assertThat(store.list("owners")).doesNotContain("0000000001", "0000000002");
        others.forEach(Ownership::close);
    }

    @Test
    void shouldStillRefuseTheThirdWhenTheSecondWasRefused() throws IOException {
        try (Ownership first = claim(false)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> claim(false)).isInstanceOf(CheckpointException.class);
            }
            assertThat(first.number()).isEqualTo(1);
        }
    }

    @Test
    void shouldGoOnWithTheNextEpochWhenTheOwnerHasEnded() throws IOException {
        claim(false).close();
        try (Ownership second = claim(false)) {
            assertThat(second.number()).isEqualTo(2);
            second.check();
        }
    }

    @Test
    void shouldFenceAnOwnerThatLivesWhenToldTo() throws IOException {
        try (Ownership first = claim(false);
                Ownership second = claim(true)) {
            List<String> lines = ownerLines(2);
            assertThatThrownBy(first::check)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("the checkpoint " + directory + " was taken over by " + owner(lines)
                            + "; this program decides and publishes nothing any more: stop it, or take the checkpoint"
                            + " back");
            second.check();
        }
    }

    @Test
    void shouldTakeOverFromAProgramThatHangsBeforeItHasMadeItsFile() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch wakes = new CountDownLatch(1);
        FileStore hanging = (FileStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {FileStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("create")) {
                        hangs.countDown();
                        wakes.await();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming.checkpoint")) {
            Future<Ownership> sleeper = threads.submit(() -> Ownership.claim(hanging, false, REMEDY, new Revocation()));
            hangs.await();
            assertThatThrownBy(() -> claim(false))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("another program is just starting with the checkpoint " + directory
                            + ": let it have it; or, if it hangs, stop it");
            try (Ownership second = claim(true)) {
                assertThat(second.number()).isEqualTo(2);
                assertThat(log.lines())
                        .containsExactly("INFO the checkpoint " + directory + " is taken over from a program that did"
                                + " not come to say which process it is, which decides and publishes nothing any more");
                wakes.countDown();
                assertThatThrownBy(sleeper::get)
                        .hasRootCauseMessage("the checkpoint " + directory + " is in use by the program of this process"
                                + " since " + value(ownerLines(2), 5) + "; stop it");
                second.check();
            }
            claim(false).close();
        } finally {
            wakes.countDown();
            threads.shutdown();
        }
    }

    private static String value(List<String> lines, int line) {
        return lines.get(line).split(" ", 2)[1];
    }

    private static String owner(List<String> lines) {
        return "process " + value(lines, 4) + " on host " + value(lines, 3) + " since " + value(lines, 5);
    }

    @Test
    void shouldGoOnWhenACrashLeftAnEmptyFile() throws IOException {
        claim(false).close();
        Files.createFile(directory.resolve("owners/0000000002"));
        try (Ownership owner = claim(false)) {
            assertThat(owner.number()).isEqualTo(3);
        }
    }

    @Test
    void shouldNameAnUnknownOwnerWhenItsFileIsCutOff() throws IOException {
        try (Ownership owner = claim(false)) {
            Files.writeString(directory.resolve("owners/0000000001"), "checkpoint a\n");
            assertThatThrownBy(() -> claim(false))
                    .hasMessageContaining("is in use by a program that did not come to say which process it is;");
            assertThat(owner.number()).isEqualTo(1);
        }
    }

    @Test
    void shouldKeepTheIdOfTheCheckpointAndDrawOneForEachRun() throws IOException {
        CheckpointIdentity first;
        CheckpointIdentity second;
        try (Ownership owner = claim(false)) {
            first = owner.identity();
        }
        try (Ownership owner = claim(false)) {
            second = owner.identity();
            assertThat(owner.predecessors()).containsExactly(first);
        }
        assertThat(second.checkpointId()).isEqualTo(first.checkpointId());
        assertThat(second.runId()).isNotEqualTo(first.runId());
        assertThat(Ownership.filesIn(store).checkpointId()).isEqualTo(first.checkpointId());
    }

    /** A file that a program has not begun for, and one that has no right to its number. */
    @Test
    void shouldLeaveAloneWhatNoProgramWroteThere() throws IOException {
        claim(false).close();
        Files.createFile(directory.resolve("owners/9999999999"));
        Files.createFile(directory.resolve("owners/README.txt"));
        Files.copy(directory.resolve("owners/0000000001"), directory.resolve("owners/0000000007"));
        List<String> messages = new ArrayList<>();
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming.checkpoint");
                Ownership owner = claim(false)) {
            assertThat(owner.number()).isEqualTo(2);
            owner.check();
            owner.forgetPredecessors();
            owner.check();
            messages.addAll(log.messages());
        }
        assertThat(messages)
                .containsExactly("the directory " + directory
                        + "/owners holds [0000000007, 9999999999, README.txt], which no program wrote there;"
                        + " they are left alone");
        assertThat(store.list("owners")).contains("0000000007", "9999999999", "README.txt");
    }

    /** Who shows a checkpoint reads it several times. */
    @Test
    void shouldSayOnceThatItsOwnersAreGone() throws IOException {
        CheckpointIdentity identity = new CheckpointIdentity(new UUID(1, 1), 7, new UUID(2, 2));
        new FrameWriter(store, "journal/0000000003-0000000007", identity).close();
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming.checkpoint")) {
            for (int reading = 0; reading < 3; reading++) {
                assertThat(Ownership.filesIn(store).checkpointId()).isEqualTo(identity.checkpointId());
            }
            assertThat(log.messages())
                    .containsExactly("the checkpoint " + store.location()
                            + " has no file that says who took it last; it is" + " taken for " + identity.checkpointId()
                            + ", as journal/0000000003-0000000007 says");
        }
    }

    /** Somebody has deleted them, or restored those of an older copy: an epoch is never used twice. */
    @Test
    void shouldGoOnAboveTheEpochsOfItsFilesWhenItsOwnersAreGone() throws IOException {
        CheckpointIdentity identity = new CheckpointIdentity(new UUID(1, 1), 7, new UUID(2, 2));
        new FrameWriter(store, "journal/0000000003-0000000007", identity).close();
        try (Ownership owner = claim(false)) {
            assertThat(owner.number()).isEqualTo(8);
            assertThat(owner.identity().checkpointId()).isEqualTo(identity.checkpointId());
        }
    }

    @Test
    void shouldWriteNothingWhenTheFilesAreOfTwoCheckpoints() throws IOException {
        CheckpointIdentity first;
        try (Ownership owner = claim(false)) {
            first = owner.identity();
        }
        CheckpointIdentity other = new CheckpointIdentity(new UUID(1, 1), 1, new UUID(2, 2));
        new FrameWriter(store, "journal/0000000001-0000000001", other).close();
        assertThatThrownBy(() -> claim(false))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the directory " + directory
                        + " holds files of two checkpoints: journal/0000000001-0000000001 belongs to "
                        + other.checkpointId() + ", and owners/0000000001 to " + first.checkpointId()
                        + "; put the files that belong here back from a backup of this directory, or start with a new"
                        + " directory");
        assertThat(store.list("owners")).containsExactly("0000000001", "0000000001.lock", "0000000001.running");
    }

    @Test
    void shouldKeepOnlyTheNewestOwnersOnceTheyAreWrittenElsewhere() throws IOException {
        for (int i = 0; i < 4; i++) {
            claim(false).close();
        }
        try (Ownership owner = claim(false)) {
            assertThat(owner.predecessors()).hasSize(4);
            owner.forgetPredecessors();
        }
        assertThat(store.list("owners"))
                .containsExactly(
                        "0000000004",
                        "0000000004.lock",
                        "0000000004.running",
                        "0000000005",
                        "0000000005.lock",
                        "0000000005.running");
    }

    @Test
    void shouldTellOfEarlierProgramsWhoseCodeRuns() throws IOException {
        Ownership hangs = claim(false);
        Ownership stuck = Ownership.claim(store, true, REMEDY, new Revocation("context \"orders\""));
        Ownership.Publication publication = stuck.publication();
        stuck.revoke();
        Ownership publishesNothing = claim(true);
        publishesNothing.publication().close();
        publishesNothing.revoke();
        try (Ownership last = claim(false)) {
            last.forgetPredecessors(); // but not those whose code runs
            assertThat(last.runningBefore())
                    .containsExactly(
                            new Ownership.Running(
                                    1,
                                    "the program of this process "
                                            + ownerLines(1).get(5),
                                    "end this process"),
                            new Ownership.Running(
                                    2,
                                    "the context \"orders\" of this process "
                                            + ownerLines(2).get(5),
                                    "end this process"));
            hangs.close();
            stuck.close();
            assertThat(last.runningBefore())
                    .extracting(Ownership.Running::epoch)
                    .containsExactly(2L);
            publication.close();
            publication.close();
            assertThat(last.runningBefore()).isEmpty();
            last.forgetPredecessors();
        }
        publishesNothing.close();
        assertThat(store.list("owners"))
                .containsExactly(
                        "0000000003",
                        "0000000003.lock",
                        "0000000003.running",
                        "0000000004",
                        "0000000004.lock",
                        "0000000004.running");
    }

    @Test
    void shouldPublishNothingMoreOnceItIsClosedOrGivenUp() throws IOException {
        Ownership closed = claim(false);
        closed.close();
        assertThatThrownBy(closed::publication)
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the program has closed the checkpoint " + directory
                        + " before it could publish what it had decided; the next start publishes that");
        Ownership givenUp = claim(false);
        givenUp.revoke();
        assertThatThrownBy(givenUp::publication)
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the program was stopped before this code had ended, and has given up the checkpoint "
                        + directory + "; it decides and publishes nothing any more");
        givenUp.close();
    }

    /** One of a number that could come next counts, like a file that a crash has cut off. */
    @Test
    void shouldLeaveDirectoriesAloneThatAreNamedLikeOwners() throws IOException {
        claim(false).close();
        Files.createDirectories(directory.resolve("owners/0000000002/within"));
        Files.createDirectories(directory.resolve("owners/0000000009"));
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming.checkpoint");
                Ownership next = claim(false)) {
            assertThat(next.number()).isEqualTo(3);
            next.check();
            assertThat(log.lines())
                    .containsExactly("WARNING the directory " + directory
                            + "/owners holds [0000000009], which no program wrote there; they are left alone");
        }
        assertThat(directory.resolve("owners/0000000009")).isDirectory();
    }

    /** The directory was deleted while code of a program ran that had taken the first number. */
    @Test
    void shouldTakeAnotherNumberThanCodeThatRuns() throws IOException {
        try (Ownership stuck = claim(false)) {
            Ownership.Publication publication = stuck.publication();
            stuck.revoke();
            store.delete("owners");
            try (Ownership next = claim(false)) {
                assertThat(next.number()).isEqualTo(2);
                next.check();
            }
            publication.close();
        }
    }

    @Test
    void shouldBoundWhatStartsLeaveThatFail() throws IOException {
        for (int i = 0; i < 105; i++) {
            claim(false).close();
        }
        assertThat(store.list("owners")).hasSize(3 * 100);
    }

    @Test
    void shouldLetOneWinWhenManyStartAtOnce() throws Exception {
        int programs = 8;
        ExecutorService pool = Executors.newFixedThreadPool(programs);
        try {
            for (int round = 0; round < 20; round++) {
                CyclicBarrier start = new CyclicBarrier(programs);
                Callable<List<Ownership>> program = () -> {
                    start.await();
                    try {
                        return List.of(claim(false));
                    } catch (CheckpointException refused) {
                        return List.of();
                    }
                };
                List<Ownership> winners = new ArrayList<>();
                for (Future<List<Ownership>> one : pool.invokeAll(java.util.Collections.nCopies(programs, program))) {
                    winners.addAll(one.get());
                }
                assertThat(winners).hasSize(1);
                winners.get(0).check();
                winners.get(0).close();
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void shouldKeepTheLockWhenItsHolderIsClosedTwice() throws IOException {
        FileStore.Lock first = store.tryLock("name");
        assertThat(first).isNotNull();
        first.close();
        FileStore.Lock second = store.tryLock("name");
        assertThat(second).isNotNull();
        first.close();
        assertThat(store.tryLock("name")).isNull();
        second.close();
    }
}
