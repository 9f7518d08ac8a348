/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.ForwardingStore;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several backups in one directory, and what may be wrong with that or with the checkpoint. */
class BackupDirectoryTest {
    private static final CheckpointBackup.Files LINKED = CheckpointBackup.Files.LINKED;

    @TempDir
    Path directory;

    private BackedUpProgram program;
    private Path backups;

    @BeforeEach
    void runProgram() {
        program = new BackedUpProgram(directory.resolve("home"));
        backups = directory.resolve("backups");
        program.runUntil(3);
    }

    private CheckpointBackup take() {
        return CheckpointBackup.take(program.checkpoint(), backups, LINKED);
    }

    private void mustRefuse(String message) {
        assertThatThrownBy(this::take).isInstanceOf(CheckpointException.class).hasMessage(message);
    }

    private static Map<String, String> files(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    private static List<String> names(Path root) throws IOException {
        return new LocalFileStore(root).list("");
    }

    private static int links(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:nlink");
    }

    private Path onlyFile(String where) throws IOException {
        try (Stream<Path> all = Files.walk(program.checkpoint().resolve(where))) {
            return all.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
    }

    @Test
    void shouldCopyOnlyWhatIsNewAndWriteNothingInTheCheckpoint() throws IOException {
        Map<String, String> before = files(program.checkpoint());
        CheckpointBackup first = take();
        assertThat(first.linked()).isPositive();
        assertThat(first.shared()).isZero();
        assertThat(first.copied()).as("owner, journal, receipts, received data").isEqualTo(4);

        CheckpointBackup second = take();
        assertThat(second.path()).isEqualTo(backups.resolve("backup-2"));
        assertThat(second.linked()).isZero();
        assertThat(second.shared()).isEqualTo(first.linked());
        assertThat(second.copied()).isEqualTo(4);
        assertThat(files(program.checkpoint())).isEqualTo(before);

        program.runUntil(4);
        CheckpointBackup third = take();
        assertThat(third.linked()).isPositive();
        assertThat(third.shared()).isPositive();
        assertThat(third.copied() + third.linked() + third.shared()).isEqualTo(third.files());
        for (CheckpointBackup backup : List.of(first, second, third)) {
            assertThat(CheckpointVerification.of(backup.path()).isRight()).isTrue();
        }
    }

    @Test
    void shouldShareWithTheBackupBeforeWhereTheCheckpointCannotBeLinkedTo() throws IOException {
        FileStore elsewhere = new ForwardingStore(new LocalFileStore(program.checkpoint()));
        CheckpointBackup first = CheckpointBackup.take(elsewhere, backups);
        assertThat(first.copied()).isEqualTo(first.files());
        CheckpointBackup second = CheckpointBackup.take(elsewhere, backups);
        assertThat(second.copied()).isEqualTo(4);
        assertThat(second.shared()).isEqualTo(first.files() - 4);
        assertThat(second.linked()).isZero();
        try (Stream<Path> all = Files.walk(program.checkpoint())) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                assertThat(links(file)).as("%s", file).isEqualTo(1);
            }
        }
    }

    @Test
    void shouldShareNothingWithTheCheckpointIfItIsToCopy() throws IOException {
        take();
        CheckpointBackup copy = CheckpointBackup.take(program.checkpoint(), backups, CheckpointBackup.Files.COPIED);
        assertThat(copy.copied()).isEqualTo(copy.files());
        CheckpointBackup next = CheckpointBackup.take(program.checkpoint(), backups, CheckpointBackup.Files.COPIED);
        assertThat(next.copied()).isEqualTo(4);
        assertThat(next.shared()).isEqualTo(copy.files() - 4);
    }

    @Test
    void shouldKeepTheNewestAndWhatTheyShareWithThoseThatAreDeleted() throws IOException {
        for (int i = 4; i < 8; i++) {
            take();
            program.runUntil(i);
        }
        assertThat(CheckpointBackup.deleteOld(backups, 2))
                .containsExactly(backups.resolve("backup-1"), backups.resolve("backup-2"));
        assertThat(names(backups)).containsExactly("backup-3", "backup-4", "lock");
        assertThat(CheckpointVerification.of(backups.resolve("backup-3")).isRight())
                .isTrue();
        assertThat(take().path()).isEqualTo(backups.resolve("backup-5"));
        assertThat(CheckpointBackup.deleteOld(backups, 7)).isEmpty();
        assertThatThrownBy(() -> CheckpointBackup.deleteOld(backups, 0))
                .hasMessage("keep 0 backups would leave none; keep at least 1");
    }

    @Test
    void shouldRefuseDirectoriesThatAreNoPlaceForIt() throws IOException {
        Path within = program.checkpoint().resolve("backups");
        for (Path place : List.of(within, within.resolve("../backups/deep"), program.checkpoint())) {
            assertThatThrownBy(() -> CheckpointBackup.take(program.checkpoint(), place, LINKED))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("the backups of " + program.checkpoint() + " cannot be in it, and " + place
                            + " is; name a directory elsewhere, best on another disk");
        }
        assertThat(within).doesNotExist();

        Files.createDirectories(backups);
        Files.writeString(backups.resolve("notes"), "mine");
        mustRefuse("the directory " + backups
                + " holds notes, which is no backup; name a new or an empty directory, or one" + " that holds backups");
        assertThat(names(backups)).containsExactly("notes");
        Files.delete(backups.resolve("notes"));

        Path file = directory.resolve("file");
        Files.createFile(file);
        assertThatThrownBy(() -> CheckpointBackup.take(program.checkpoint(), file, LINKED))
                .hasMessageStartingWith("the checkpoint " + program.checkpoint() + " cannot be backed up into " + file)
                .hasMessageEndingWith("; check the paths, their rights and the free space");

        BackedUpProgram other = new BackedUpProgram(directory.resolve("other")).runUntil(1);
        CheckpointBackup ofOther = CheckpointBackup.take(other.checkpoint(), backups, LINKED);
        mustRefuse("the directory " + backups + " holds backups of the checkpoint " + ofOther.checkpointId() + ", and "
                + program.checkpoint() + " is the checkpoint "
                + CheckpointInfo.read(program.checkpoint()).id() + "; name another directory");
        assertThat(names(backups)).containsExactly("backup-1", "lock");
    }

    @Test
    void shouldRefuseWhatIsNoCheckpointOfThisVersion() throws IOException {
        Path nothing = directory.resolve("nothing");
        String why = ": no program has begun a checkpoint there; correct the path, or start the program first";
        assertThatThrownBy(() -> CheckpointBackup.take(nothing, backups, LINKED))
                .hasMessage("there is nothing to back up in " + nothing + why);
        Path backup = take().path();
        assertThatThrownBy(() -> CheckpointBackup.take(backup, directory.resolve("more"), LINKED))
                .hasMessage(
                        backup + " is a backup itself, which nobody changes; copy it as it is, or name the directory of"
                                + " the program's checkpoint");

        Path journal = onlyFile("journal");
        byte[] bytes = Files.readAllBytes(journal);
        bytes[7] = '2';
        Files.write(journal, bytes);
        String damage = "the file " + journal
                + " is damaged at byte 0: it is not a file of this format and version; restore the"
                + " whole directory from a backup (a start then tells what its outputs have published since), or start with a"
                + " new directory";
        mustRefuse("the checkpoint " + program.checkpoint() + " is not whole, and a backup of it would be of no use: "
                + damage
                + ". Earlier backups are left as they are; 'millrace checkpoint verify " + program.checkpoint()
                + "' tells of each file");
        assertThat(names(backups)).containsExactly("backup-1", "lock");
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    /** Does something at each call of those who read. */
    private FileStore observed(Runnable each) {
        return new ForwardingStore(new LocalFileStore(program.checkpoint())) {
            @Override
            public List<String> list(String path) throws IOException {
                each.run();
                return super.list(path);
            }

            @Override
            public InputStream open(String path) throws IOException {
                each.run();
                return super.open(path);
            }
        };
    }

    @Test
    @Tag("full")
    void shouldLeaveEarlierBackupsAndCleanUpAfterOneThatWasKilledAnywhere() throws IOException {
        Map<String, String> first = files(take().path());
        program.runUntil(4);
        int calls = 0;
        boolean ended = false;
        while (!ended) {
            int last = calls++;
            AtomicInteger count = new AtomicInteger();
            try {
                CheckpointBackup.take(
                        observed(() -> {
                            if (count.getAndIncrement() == last) {
                                throw new Killed();
                            }
                        }),
                        backups);
                ended = true;
            } catch (Killed e) {
                assertThat(files(backups.resolve("backup-1"))).isEqualTo(first);
                assertThat(backups.resolve("backup-2")).doesNotExist();
            }
        }
        assertThat(calls).isGreaterThan(20);
        assertThat(names(backups)).containsExactly("backup-1", "backup-2", "lock");
        Files.createDirectories(backups.resolve("building/journal"));
        Files.move(backups.resolve("backup-1"), backups.resolve("dropped-1"));
        take();
        assertThat(names(backups)).containsExactly("backup-2", "backup-3", "lock");
        assertThat(CheckpointVerification.of(backups.resolve("backup-3")).isRight())
                .isTrue();
    }

    @Test
    void shouldSayThatTheCheckpointHasGoneMeanwhile() throws IOException {
        AtomicInteger count = new AtomicInteger();
        FileStore vanishing = observed(() -> {
            if (count.getAndIncrement() == 20) {
                try {
                    BackedUpProgram.delete(program.checkpoint());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        assertThat(catchThrowable(() -> CheckpointBackup.take(vanishing, backups)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "the checkpoint " + program.checkpoint() + " was deleted or moved away while it was backed up;"
                                + " correct the path, and back it up again");
        assertThat(names(backups)).containsExactly("lock");
    }

    /** A block of the backups' disk went bad; the checkpoint itself is on another. */
    @Test
    void shouldCopyAgainWhatIsSpoiledInTheBackupBefore() throws IOException {
        FileStore elsewhere = new ForwardingStore(new LocalFileStore(program.checkpoint()));
        CheckpointBackup first = CheckpointBackup.take(elsewhere, backups);
        Path spoiled;
        try (Stream<Path> all = Files.walk(first.path().resolve("snapshots"))) {
            spoiled = all.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(spoiled);
        bytes[bytes.length - 1] ^= 1;
        Files.write(spoiled, bytes);
        CheckpointBackup second = CheckpointBackup.take(elsewhere, backups);
        assertThat(second.copied()).isEqualTo(second.files());
        assertThat(CheckpointVerification.of(first.path()).isRight()).isFalse();
        Files.delete(second.path().resolve(first.path().relativize(spoiled)));
        assertThat(CheckpointBackup.take(elsewhere, backups).copied()).isEqualTo(5);
    }

    @Test
    void shouldLetOneAtATimeAddOrRestore() throws IOException {
        take();
        try (FileStore.@Nullable Lock lock = new LocalFileStore(backups).tryLock("lock")) {
            assertThat(lock).isNotNull();
            mustRefuse("another backup into " + backups + " is under way; wait until that has ended");
        }
        Path restored = directory.resolve("restored");
        try (FileStore.@Nullable Lock lock =
                new LocalFileStore(directory.resolve("restored.restoring")).tryLock("lock")) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> CheckpointBackup.restore(backups, restored, LINKED))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("another restore into " + restored + " is under way; wait until that has ended");
        }
        CheckpointBackup.restore(backups, restored, LINKED);
    }

    @Test
    void shouldGiveUpOnACheckpointThatChangesAllTheTime() throws IOException {
        FileStore busy = new ForwardingStore(new LocalFileStore(program.checkpoint())) {
            @Override
            public InputStream open(String path) throws IOException {
                if (path.startsWith("runs/")) {
                    throw new NoSuchFileException(path); // it was in the list
                }
                return super.open(path);
            }
        };
        assertThat(catchThrowable(() -> CheckpointBackup.take(busy, backups)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("the checkpoint " + program.checkpoint()
                        + " has changed faster than it could be copied, 10 times (runs/")
                .hasMessageEndingWith(
                        "); back it up into a directory of the same file system, when its program has less"
                                + " to do, or with a larger millrace.streaming.checkpoint.retainedBatches, which keeps files for"
                                + " longer");
        assertThat(names(backups)).containsExactly("lock");
    }

    @Test
    void shouldBeToldByVerifyWhatNoOtherFileTells() throws IOException {
        Path backup = take().path();
        Path log;
        try (Stream<Path> all = Files.list(backup.resolve("journal"))) {
            log = all.sorted().reduce((one, next) -> next).orElseThrow();
        }
        String path = backup.relativize(log).toString();
        byte[] bytes = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(bytes, bytes.length - 1));
        mustBeDamaged(
                backup,
                path + " is not what was copied: it has " + (bytes.length - 1) + " bytes, and had " + bytes.length);
        bytes[bytes.length - 5] ^= 1;
        Files.write(log, bytes);
        mustBeDamaged(backup, path + " is not what was copied: it has " + bytes.length + " bytes, and had others");
        Files.delete(log);
        mustBeDamaged(backup, path + ", which was copied, is gone");
        Files.writeString(backup.resolve("backup"), "backup 1\n");
        mustBeDamaged(
                backup, "the file " + backup + "/backup is damaged: it is not what a backup of this version writes");
        assertThat(take().shared()).as("of one that cannot be read").isZero();
    }

    private void mustBeDamaged(Path backup, String finding) {
        CheckpointVerification found = CheckpointVerification.of(backup);
        assertThat(found.isRight()).isFalse();
        assertThat(found.files())
                .filteredOn(file -> file.path().equals("backup"))
                .singleElement()
                .satisfies(file -> {
                    assertThat(file.state()).isEqualTo(CheckpointVerification.State.DAMAGED);
                    assertThat(file.finding()).isEqualTo(finding + "; use another backup");
                });
        assertThatThrownBy(() -> CheckpointBackup.restore(backup, directory.resolve("restored"), LINKED))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(backup.toString());
        assertThat(directory.resolve("restored")).doesNotExist();
    }
}
