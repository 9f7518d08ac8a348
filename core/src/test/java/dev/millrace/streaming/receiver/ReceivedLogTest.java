/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.CapturedLog;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.CheckpointException;
import dev.millrace.streaming.CheckpointVerification;
import dev.millrace.streaming.UpgradePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that start from the log of receivers. */
@Timeout(60)
class ReceivedLogTest {
    private static final String LOGGED = "millrace.streaming.receiver.writeAheadLog.enable";
    private static final String MAX_PENDING = "millrace.streaming.receiver.maxPendingBytes";

    private static final String ONE_BACKUP = " If it is gone, restore the whole checkpoint from one backup: what came"
            + " after that, and with a new directory everything, is received and processed again as far as the sources"
            + " can send it again";

    @TempDir
    private Path directory;

    /** A run that logs records and ends before a batch takes them. */
    private void log(String name, Object... records) throws InterruptedException {
        ByHand<Object> receiver = new ByHand<>();
        Program<Object> program = new Program<>(name, receiver, directory).run(0);
        receiver.event();
        receiver.store(List.of(records), records.length);
        program.stopNow();
    }

    @Test
    void shouldTakeWhatIsLoggedAndStartNoReceiverWhenItRunsWhatIsAvailable() throws Exception {
        log("numbers", 1, 2, 3);
        ByHand<Object> receiver = new ByHand<>();
        try (Program<Object> program = new Program<>(receiver, directory)) {
            program.ssc.runAvailable();
            assertThat(program.batches).containsExactly(List.of(1, 2, 3));
            assertThat(receiver.isQuiet()).isTrue();
        }
        assertThat(receiver.isQuiet()).isTrue();
    }

    @Test
    void shouldRefuseToStartWithoutTheReceiverWhoseDataIsLogged() throws Exception {
        log("numbers", 1);
        Program<Object> renamed = new Program<>("figures", new ByHand<>(), directory);
        assertThatThrownBy(() -> renamed.run(0))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("This program cannot start on the checkpoint " + directory + ":\n  - the checkpoint has the"
                        + " input numbers (nothing taken yet, and the log has blocks up to 0), and no operator of"
                        + " the program has this name; write .named(\"numbers\") on the operator that it belongs"
                        + " to, or drop it: conf.set(\"millrace.streaming.checkpoint.dropOrphans\", \"numbers\")");
        try (Program<Object> program = new Program<>(new ByHand<>(), directory)) {
            assertThat(program.run(1).received()).containsExactly(1);
        }
    }

    @Test
    void shouldDropLoggedDataForGoodWhenToldTo() throws Exception {
        log("numbers", 1);
        String drop = "millrace.streaming.checkpoint.dropOrphans";
        for (String[] settings :
                List.of(new String[] {drop, "numbers"}, new String[0], new String[] {drop, "numbers"})) {
            try (Program<Object> figures = new Program<>("figures", new ByHand<>(), directory, settings)) {
                assertThat(figures.run(1).received()).isEmpty();
            }
        }
        ByHand<Object> back = new ByHand<>();
        String figures = "figures"; // which has logged nothing, and taken nothing
        try (Program<Object> numbers = new Program<>("numbers", back, directory, drop, figures).run(0)) {
            assertThat(back.event()).isEqualTo("start");
            back.store(List.of(2));
            assertThat(numbers.run(1).received()).containsExactly(2);
        }
    }

    @Test
    void shouldRefuseToStartWithoutAReceiverWhoseDataWasTaken() throws Exception {
        log("numbers", 1);
        try (Program<Object> program = new Program<>(new ByHand<>(), directory)) {
            program.run(1);
        }
        Program<Object> renamed = new Program<>("figures", new ByHand<>(), directory);
        assertThatThrownBy(() -> renamed.run(0))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(
                        "the checkpoint has the input numbers (a receiver: next is block 1, its source is at 1,"
                                + " and the log has blocks up to 0)");
    }

    @Test
    void shouldRefuseToStartWithTheLogSwitchedOffWhenThereIsOne() throws Exception {
        log("numbers", 1);
        Program<Object> program = new Program<>(new ByHand<>(), directory, LOGGED, "false");
        assertThatThrownBy(() -> program.run(0))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("This program cannot start on the checkpoint " + directory
                        + ":\n  - it has a write-ahead log of received data, and " + LOGGED
                        + " is false; set it to true, or delete the directory wal there and with it what no batch has"
                        + " processed");
    }

    @Test
    void shouldLoseWhatNoBatchHasTakenWhenTheLogIsOffAndGoOn() throws Exception {
        ByHand<Object> first = new ByHand<>();
        Program<Object> before = new Program<>(first, directory, LOGGED, "false").run(0);
        first.event();
        first.store(List.of(1, 2));
        assertThat(before.run(1).received()).containsExactly(1, 2);
        first.store(List.of(0));
        before.stopNow();

        ByHand<Object> second = new ByHand<>();
        try (Program<Object> program = new Program<>(second, directory, LOGGED, "false").run(0)) {
            assertThat(second.event()).isEqualTo("start");
            second.store(List.of(3));
            assertThat(program.run(1).received()).containsExactly(3);
        }
        assertThat(directory.resolve("wal")).doesNotExist();
    }

    @Test
    void shouldRunABatchAgainWithoutItsBlocksWhenTheyWereNotLogged() throws Exception {
        ByHand<Object> first = new ByHand<>();
        Program<Object> failing = program(first, true);
        failing.run(0);
        first.event();
        first.store(List.of(1, 2));
        assertThatThrownBy(() -> failing.run(1)).isInstanceOf(BatchFailedException.class);

        ByHand<Object> second = new ByHand<>();
        try (Program<Object> again = program(second, false)) {
            again.run(0);
            assertThat(second.event()).isEqualTo("start");
            second.store(List.of(3));
            assertThat(again.run(1).received()).containsExactly(3);
        }
    }

    private Program<Object> program(ByHand<Object> receiver, boolean fails) {
        Program<Object> program = new Program<>(receiver, directory, LOGGED, "false");
        program.ssc.receiverStream(new ByHand<>()).named("other").foreachRDD("failing", rdd -> {
            if (fails) {
                throw new IllegalStateException("as told");
            }
        });
        return program;
    }

    @Test
    void shouldNotWaitForBlocksOfAnEarlierRunThatAreProcessed() throws Exception {
        // The segment that holds them may stay for long; counted as pending they would close the gate for ever.
        log("numbers", IntStream.range(0, 1000).boxed().toArray());
        try (Program<Object> program = new Program<>(new ByHand<>(), directory).run(1)) {
            assertThat(program.received()).hasSize(1000);
        }
        ByHand<Object> receiver = new ByHand<>();
        try (Program<Object> program = new Program<>(receiver, directory, MAX_PENDING, "1k").run(0)) {
            assertThat(receiver.event()).isEqualTo("start at 1000");
            receiver.store("more");
            assertThat(program.run(1).received()).containsExactly("more");
        }
    }

    @Test
    void shouldRefuseALogThatIsOlderThanTheCheckpoint() throws Exception {
        log("numbers", 1);
        Path backup = Files.createDirectory(directory.resolve("backup"));
        copy(directory.resolve("wal"), backup);
        ByHand<Object> receiver = new ByHand<>();
        Program<Object> longer = new Program<>(receiver, directory).run(0);
        receiver.event();
        receiver.store(List.of(2));
        receiver.store(List.of(3));
        longer.run(1).close();
        deleteFilesOf(directory.resolve("wal"));
        copy(backup, directory.resolve("wal"));

        String refusal = "batches have taken the blocks of numbers up to 2, and the log ends with block 0; the"
                + " directory wal is older than the rest of the checkpoint: put back the one that belongs to it."
                + ONE_BACKUP;
        Program<Object> program = new Program<>(new ByHand<>(), directory);
        assertThatThrownBy(() -> UpgradePlan.of(program.ssc))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(refusal);
        CheckpointVerification verification = CheckpointVerification.of(directory);
        assertThat(verification.refused()).isEqualTo(refusal);
        assertThat(verification.isRight()).isFalse();
        assertThatThrownBy(() -> program.run(0))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(refusal);
    }

    @Test
    void shouldRefuseALogThatHasLostWhatNoBatchHasTaken() throws Exception {
        ByHand<Object> receiver = new ByHand<>();
        Program<Object> first = new Program<>(
                        receiver, directory, "millrace.streaming.receiver.writeAheadLog.segmentBytes", "1")
                .run(0);
        receiver.event();
        receiver.store(List.of(1));
        receiver.store(List.of(2));
        first.stopNow();
        Files.delete(directory.resolve("wal/0000000001-0000000001"));

        Program<Object> program = new Program<>(new ByHand<>(), directory);
        assertThatThrownBy(() -> program.run(0))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("no batch has taken the blocks of numbers from 0 on, and the log begins with block 1; the"
                        + " directory wal has lost its oldest files: put them back." + ONE_BACKUP);
    }

    @Test
    void shouldSayWhichBlocksAreMissingWhenTheLogWasDeleted() throws Exception {
        ByHand<Object> first = new ByHand<>();
        Program<Object> failing = new Program<>(first, directory);
        failing.ssc.receiverStream(new ByHand<>()).named("other").foreachRDD("failing", rdd -> {
            throw new IllegalStateException("as told");
        });
        failing.run(0);
        first.event();
        first.store(List.of(1));
        first.store(List.of(2));
        assertThatThrownBy(() -> failing.run(1)).isInstanceOf(BatchFailedException.class);
        deleteFilesOf(directory.resolve("wal"));

        Program<Object> again = new Program<>(new ByHand<>(), directory);
        again.ssc.receiverStream(new ByHand<>()).named("other").foreachRDD("failing", rdd -> {});
        assertThatThrownBy(() -> again.run(0))
                .isInstanceOf(BatchFailedException.class)
                .hasMessageContaining("a batch has the blocks 0 to 1 of numbers, and only 0 of them are in the log; put"
                        + " back the directory wal that belongs to the checkpoint." + ONE_BACKUP);
    }

    /** Nobody was told, neither by the start nor by {@code checkpoint verify}. */
    @Test
    void shouldTellThatTheWholeLogIsGone() throws Exception {
        String warning =
                "WARNING receiver \"numbers\" has no log any more, from which batches have taken its blocks up to 0:"
                        + " what it had stored since, if anything, is lost. If the directory wal of the checkpoint was not deleted on"
                        + " purpose, stop, and put it back from the backup that the rest is from";
        log("numbers", 1);
        try (Program<Object> program = new Program<>(new ByHand<>(), directory)) {
            assertThat(program.run(1).received()).containsExactly(1);
        }
        log("numbers", 2);
        assertThat(CheckpointVerification.of(directory).isRight()).isTrue();
        deleteFilesOf(directory.resolve("wal"));
        assertThat(CheckpointVerification.of(directory).files())
                .filteredOn(file -> file.state() == CheckpointVerification.State.DAMAGED)
                .extracting(CheckpointVerification.File::path, CheckpointVerification.File::finding)
                .containsExactly(tuple(
                        "wal",
                        "it is gone, and batches have taken from it what numbers had stored; what was stored behind that, if"
                                + " anything, is lost"));
        ByHand<Object> receiver = new ByHand<>();
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming.receiver");
                Program<Object> program = new Program<>(receiver, directory).run(0)) {
            assertThat(log.lines()).containsExactly(warning);
            assertThat(receiver.event()).isEqualTo("start at 1");
            receiver.store(List.of(3));
            assertThat(program.run(1).received()).containsExactly(3);
        }
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming.receiver");
                Program<Object> program = new Program<>(new ByHand<>(), directory).run(1)) {
            assertThat(log.lines()).isEmpty();
        }
        assertThat(CheckpointVerification.of(directory).isRight()).isTrue();
    }

    /** Without a log nothing of it can be lost, and whoever switches it on has none yet. */
    @Test
    void shouldMissNoLogThatWasOff() throws Exception {
        ByHand<Object> receiver = new ByHand<>();
        try (Program<Object> program = new Program<>(receiver, directory, LOGGED, "false").run(0)) {
            receiver.event();
            receiver.store(List.of(1));
            program.run(1);
        }
        assertThat(CheckpointVerification.of(directory).isRight()).isTrue();
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming.receiver");
                Program<Object> program = new Program<>(new ByHand<>(), directory).run(1)) {
            assertThat(log.lines()).isEmpty();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void deleteFilesOf(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.delete(file);
            }
        }
    }
}
