/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A batch that can never run is passed by; all others give what they would without its input. */
class CheckpointSkipTest {
    private static final int BATCHES = 9;
    private static final BatchTime POISONED = new BatchTime(4000);

    @TempDir
    Path directory;

    private final MemoryTable table = new MemoryTable();
    private final List<Long> told = new ArrayList<>();

    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    @AfterEach
    void observeNoMore() {
        CrashPoint.observe(point -> {});
    }

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private static List<List<String>> input(boolean poisoned) {
        List<List<String>> input = new ArrayList<>();
        for (int batch = 1; batch <= 40; batch++) {
            List<String> words = List.of("k" + batch % 7, "k" + batch % 3, batch == 4 ? "poison" : "n" + batch);
            input.add(batch == 4 && !poisoned ? List.of() : words);
        }
        return input;
    }

    private static String checked(String word) {
        if (word.equals("poison")) {
            throw new IllegalArgumentException("nobody can take " + word);
        }
        return word;
    }

    private StreamingContext program(Path home, MemoryTable sink, boolean poisoned, boolean corrected) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.task.maxAttempts", "1")
                .set("millrace.streaming.checkpoint.retainedBatches", "3")
                .set("millrace.streaming.checkpoint.snapshotBytes", "1k");
        StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1));
        ssc.checkpoint(home.resolve("checkpoint").toString());
        DStream<String> words = Programs.batches(ssc, input(poisoned)).named("input");
        DStream<String> mapped = words.map(word -> corrected ? word : checked(word));
        var totals = mapped.mapToPair(word -> Tuple2.of(word, 1))
                .updateStateByKey(
                        StateType.of("totals", Integer.class),
                        (values, total) -> values.isEmpty()
                                ? total
                                : Optional.of(total.orElse(0)
                                        + values.stream()
                                                .mapToInt(Integer::intValue)
                                                .sum()));
        totals.to(StreamingContext.textFiles(home.resolve("out").toString())).named("out");
        mapped.mapToPair(word -> Tuple2.of(word, 1))
                .reduceByKeyAndWindow(Integer::sum, (all, one) -> all - one, Durations.seconds(3))
                .named("recent")
                .map(pair -> (Object) pair)
                .to(sink)
                .named("table");
        words.foreachRDD((rdd, time) -> told.add(time.milliseconds())).named("told");
        return ssc;
    }

    private void run(int batches) {
        try (StreamingContext ssc = program(directory, table, true, false)) {
            ssc.runBatches(batches);
        }
    }

    private static String advice(Path checkpoint) {
        return " This start has run it again already. Mend first what is named here; if the batch fails all the same"
                + " and can never run, have it passed by, which is rehearsed first and keeps its input:\n"
                + "  millrace checkpoint skip " + checkpoint + " --batch 4000";
    }

    private void runUntilPoisoned() {
        assertThatThrownBy(() -> run(BATCHES))
                .isInstanceOf(BatchFailedException.class)
                .hasMessageContaining("nobody can take poison")
                .hasMessageEndingWith("its next start runs this batch again, with the same input.");
        assertThatThrownBy(() -> run(BATCHES))
                .isInstanceOf(BatchFailedException.class)
                .hasMessageContaining("nobody can take poison")
                .hasMessageEndingWith(
                        "its next start runs this batch again, with the same input." + advice(checkpoint()));
    }

    private static Map<String, List<String>> published(Path home) throws IOException {
        Map<String, List<String>> published = new TreeMap<>();
        Path out = home.resolve("out");
        try (Stream<Path> files = Files.walk(out)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                published.put(out.relativize(file).toString(), Files.readAllLines(file));
            }
        }
        published.keySet().removeIf(path -> path.contains("receipts"));
        return published;
    }

    /** Runs the rest, and compares with a program that never had that input. */
    private void mustGoOnWithoutTheBatch() throws IOException {
        run(0);
        run(BATCHES - (int) (CheckpointInfo.read(checkpoint()).lastDecided().milliseconds() / 1000));
        Path other = directory.resolve("other");
        MemoryTable without = new MemoryTable();
        try (StreamingContext ssc = program(other, without, false, false)) {
            ssc.runBatches(BATCHES);
        }
        Map<String, List<String>> expected = published(other);
        assertThat(expected.keySet().removeIf(path -> path.startsWith("batch-4000/")))
                .isTrue();
        assertThat(published(directory)).isEqualTo(expected);
        Map<Long, List<String>> rows = new TreeMap<>(without.byBatch());
        rows.remove(4000L);
        assertThat(table.byBatch()).isEqualTo(rows);
    }

    private static CheckpointSkip skip() {
        return new CheckpointSkip(
                POISONED,
                Map.of("input", new CheckpointSkip.Input("RDDs 3 to 3 of the queue", 3, -1)),
                List.of("recent", "totals"),
                List.of("out", "table", "told"),
                Set.of(),
                List.of());
    }

    @Test
    void shouldGiveAllOtherBatchesAsIfItHadHadNoInput() throws IOException {
        runUntilPoisoned();
        assertThat(CheckpointSkip.plan(checkpoint(), POISONED)).isEqualTo(skip());
        assertThat(CheckpointInfo.read(checkpoint()).underWay()).hasSize(1);
        assertThat(CheckpointInfo.read(checkpoint()).skipped()).isEmpty();

        assertThat(CheckpointSkip.carryOut(checkpoint(), POISONED, "no such word"))
                .isEqualTo(skip());

        CheckpointInfo info = CheckpointInfo.read(checkpoint());
        assertThat(info.underWay()).isEmpty();
        assertThat(info.lastDecided()).isEqualTo(POISONED);
        assertThat(info.unpublished()).as("there is nothing of it").isEmpty();
        assertThat(CheckpointVerification.of(checkpoint()).start())
                .isEqualTo("go on after batch 4000 ms; batches to take back: 0, to publish: 0, to run again: 0");
        try (StreamingContext ssc = program(directory, table, true, false)) {
            assertThat(UpgradePlan.of(ssc).toString()).contains("The last decided batch is 4000 ms.\n");
        }
        assertThat(info.skipped())
                .singleElement()
                .satisfies(batch -> assertThat(batch)
                        .isEqualTo(new CheckpointInfo.Skipped(
                                POISONED,
                                batch.at(),
                                "no such word",
                                Map.of("input", "RDDs 3 to 3 of the queue"),
                                true)));
        assertThat(CheckpointVerification.of(checkpoint()).files())
                .extracting(CheckpointVerification.File::state)
                .containsOnly(CheckpointVerification.State.WHOLE);
        mustGoOnWithoutTheBatch();
        assertThat(told).containsOnlyOnce(4000L).contains(3000L, 5000L); // of the other program
    }

    @Test
    void shouldReplayTheBatchWithACorrectedFunctionHoweverLongAgoThatIs() throws IOException {
        runUntilPoisoned();
        List<String> soon;
        CheckpointSkip.carryOut(checkpoint(), POISONED, "");
        soon = replayed();
        assertThat(soon).contains("(poison,1)", "(k4,1)");
        mustGoOnWithoutTheBatch();
        run(20);
        assertThat(CheckpointInfo.read(checkpoint()).kept()).doesNotContain(POISONED);
        assertThat(CheckpointInfo.read(checkpoint()).skipped()).hasSize(1);
        assertThat(replayed()).isEqualTo(soon);

        CheckpointSkip.forget(checkpoint(), POISONED);
        assertThat(CheckpointInfo.read(checkpoint()).skipped())
                .extracting(CheckpointInfo.Skipped::kept)
                .containsExactly(false);
        try (StreamingContext ssc = program(directory, table, true, true)) {
            assertThatThrownBy(() -> ssc.replay(ReplayRequest.of(POISONED))).isInstanceOf(CheckpointException.class);
            assertThat(ssc.getState()).isEqualTo(StreamingContextState.CREATED);
            ssc.runBatches(0);
            assertThat(ssc.getState()).isEqualTo(StreamingContextState.ACTIVE);
        }
        assertThatThrownBy(() -> CheckpointSkip.forget(checkpoint(), POISONED))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the checkpoint " + checkpoint() + " keeps no input of a skipped batch 4000 ms; 'millrace"
                        + " checkpoint show' says of which it does");
        run(1);
    }

    /** The files kept of a skipped batch belong to the checkpoint. */
    @Test
    void shouldReplayTheBatchFromABackup() throws IOException {
        runUntilPoisoned();
        CheckpointSkip.carryOut(checkpoint(), POISONED, "");
        List<String> soon = replayed();
        run(20);
        Path backups = directory.resolve("backups");
        CheckpointBackup.take(checkpoint(), backups, CheckpointBackup.Files.LINKED);
        new LocalFileStore(checkpoint()).delete("");
        CheckpointBackup.restore(backups, checkpoint(), CheckpointBackup.Files.COPIED);
        assertThat(replayed()).isEqualTo(soon);
        assertThat(CheckpointVerification.of(checkpoint()).isRight()).isTrue();
    }

    private List<String> replayed() {
        try (StreamingContext ssc = program(directory, table, true, true)) {
            return ssc.replay(ReplayRequest.of(POISONED)).output("out").records();
        }
    }

    @Test
    void shouldSayThatAReplayWhichFailsLeavesTheCheckpointAsItWas() {
        runUntilPoisoned();
        try (StreamingContext ssc = program(directory, table, true, false)) {
            assertThatThrownBy(() -> ssc.replay(ReplayRequest.of(POISONED)))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining("nobody can take poison")
                    .hasMessageEndingWith("\nThe replay has ended; it keeps nothing, and the checkpoint is as it was.");
        }
    }

    @Test
    void shouldComeBackWhenItIsRolledBack() throws IOException {
        runUntilPoisoned();
        CheckpointSkip.carryOut(checkpoint(), POISONED, "");
        run(1);
        CheckpointRollback.carryOut(checkpoint(), new BatchTime(3000));
        CheckpointInfo info = CheckpointInfo.read(checkpoint());
        assertThat(info.skipped()).isEmpty();
        assertThat(checkpoint().resolve("skipped")).isEmptyDirectory();
        assertThat(info.underWay())
                .extracting(CheckpointInfo.Batch::time)
                .containsExactly(POISONED, new BatchTime(5000));
        assertThatThrownBy(() -> run(0)).isInstanceOf(BatchFailedException.class);

        CheckpointSkip.carryOut(checkpoint(), POISONED, "again");
        mustGoOnWithoutTheBatch();
        assertThat(CheckpointInfo.read(checkpoint()).skipped())
                .extracting(CheckpointInfo.Skipped::reason)
                .containsExactly("again");
        assertThat(CheckpointInfo.read(checkpoint()).kept()).isNotEmpty();
    }

    /** A corrected program has published the batch; a roll back wants that to be taken back, and then it is skipped. */
    @Test
    void shouldTakeBackWhatWasPublishedOfItBeforeItWasSkipped() throws IOException {
        try (StreamingContext ssc = program(directory, table, true, true)) {
            ssc.runBatches(6);
        }
        assertThat(table.byBatch()).containsKey(4000L);
        CheckpointRollback.carryOut(checkpoint(), new BatchTime(3000));
        CheckpointSkip skip = CheckpointSkip.carryOut(checkpoint(), POISONED, "");
        assertThat(skip.again()).containsExactly(new BatchTime(5000), new BatchTime(6000));
        mustGoOnWithoutTheBatch();
        assertThat(CheckpointVerification.of(checkpoint()).isRight()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = CrashPoint.class,
            names = {"JOURNAL_ROLLED", "SKIP_KEPT", "SKIP_DECIDED"})
    void shouldSkipNothingOnceAProgramHasTakenOver(CrashPoint interrupted) throws IOException {
        runUntilPoisoned();
        FileStore store = new LocalFileStore(checkpoint());
        List<CheckpointContents> seen = new ArrayList<>();
        CrashPoint.observe(point -> {
            if (point == interrupted) {
                observeNoMore();
                try (Checkpoint taker = Checkpoint.open(store, new Checkpoint.Keeping(1 << 20, 2), true)) {
                    seen.add(taker.contents());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        if (interrupted == CrashPoint.SKIP_DECIDED) {
            CheckpointSkip.carryOut(checkpoint(), POISONED, "");
        } else {
            assertThatThrownBy(() -> CheckpointSkip.carryOut(checkpoint(), POISONED, ""))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith("the checkpoint " + checkpoint() + " was taken over by process ");
        }
        assertThat(seen)
                .singleElement()
                .satisfies(
                        found -> assertThat(found.skipped()).hasSize(interrupted == CrashPoint.SKIP_DECIDED ? 1 : 0));
        if (interrupted != CrashPoint.SKIP_DECIDED) {
            assertThatThrownBy(() -> run(0)).isInstanceOf(BatchFailedException.class);
            CheckpointSkip.carryOut(checkpoint(), POISONED, "");
        }
        mustGoOnWithoutTheBatch();
    }

    @Test
    void shouldRunWhenItIsRolledBackAndTheFunctionCorrected() throws IOException {
        runUntilPoisoned();
        CheckpointSkip.carryOut(checkpoint(), POISONED, "");
        run(1);
        CheckpointRollback.carryOut(checkpoint(), new BatchTime(3000));
        try (StreamingContext ssc = program(directory, table, true, true)) {
            ssc.runBatches(1);
        }
        assertThat(String.join(",", published(directory).get("batch-4000/part-00000"))
                        + published(directory).get("batch-4000/part-00001"))
                .contains("(poison,1)");
    }

    @ParameterizedTest
    @EnumSource(
            value = CrashPoint.class,
            names = {"JOURNAL_ROLLED", "SKIP_KEPT", "SKIP_DECIDED"})
    void shouldBeSkippedOrNotWhenTheCommandDies(CrashPoint dying) throws IOException {
        runUntilPoisoned();
        dieAt(dying);
        assertThatThrownBy(() -> CheckpointSkip.carryOut(checkpoint(), POISONED, ""))
                .isInstanceOf(Crash.class);
        observeNoMore();
        assertThat(CheckpointVerification.of(checkpoint()).isRight()).isTrue();
        if (CheckpointInfo.read(checkpoint()).skipped().isEmpty()) {
            assertThat(dying).isNotEqualTo(CrashPoint.SKIP_DECIDED);
            CheckpointSkip.carryOut(checkpoint(), POISONED, "");
        }
        assertThat(replayed()).contains("(poison,1)");
        mustGoOnWithoutTheBatch();
    }

    private static void dieAt(CrashPoint dying) {
        CrashPoint.observe(point -> {
            if (point == dying) {
                throw new Crash();
            }
        });
    }

    @Test
    void shouldForgetAllOfABatchWhenARollBackDies() {
        runUntilPoisoned();
        for (CrashPoint dying : List.of(CrashPoint.ROLLBACK_DECIDED, CrashPoint.SKIP_FORGOTTEN)) {
            CheckpointSkip.carryOut(checkpoint(), POISONED, "");
            dieAt(dying);
            assertThatThrownBy(() -> CheckpointRollback.carryOut(checkpoint(), new BatchTime(3000)))
                    .isInstanceOf(Crash.class);
            observeNoMore();
            assertThat(checkpoint().resolve("skipped")).isNotEmptyDirectory();
            assertThat(CheckpointRollback.carryOut(checkpoint(), new BatchTime(3000))
                            .done())
                    .isTrue();
            assertThat(checkpoint().resolve("skipped")).isEmptyDirectory();
        }
    }

    /** An output that did not get a batch does not get it twice; nothing of the batch is decided but that it was skipped. */
    @Test
    void shouldNotWarnOfOutputsThatDidNotGetTheBatch() {
        runUntilPoisoned();
        assertThat(told).doesNotContain(4000L);
        CheckpointSkip.carryOut(checkpoint(), POISONED, "");
        run(1);
        BatchTime last = new BatchTime(5000);
        CheckpointRollback rollback = CheckpointRollback.carryOut(checkpoint(), new BatchTime(3000));
        assertThat(rollback.again()).containsExactly(POISONED, last);
        assertThat(rollback.takenBack()).isEqualTo(Map.of("out", List.of(last), "table", List.of(last)));
        assertThat(rollback.repeated()).isEqualTo(Map.of("told", List.of(last)));
    }

    @Test
    void shouldForgetAllOfABatchWhenTheCommandDies() {
        runUntilPoisoned();
        CheckpointSkip.carryOut(checkpoint(), POISONED, "");
        dieAt(CrashPoint.SKIP_FORGOTTEN);
        assertThatThrownBy(() -> CheckpointSkip.forget(checkpoint(), POISONED)).isInstanceOf(Crash.class);
        observeNoMore();
        assertThat(CheckpointSkip.isKept(checkpoint(), POISONED)).isFalse();
        assertThat(CheckpointVerification.of(checkpoint()).files())
                .contains(new CheckpointVerification.File(
                        "skipped/dropped-4000",
                        0,
                        CheckpointVerification.State.LEFT_OVER,
                        "a skip or its end was broken off"));
        CheckpointSkip.forget(checkpoint(), POISONED);
        assertThat(checkpoint().resolve("skipped")).isEmptyDirectory();
    }

    private void mustRefuse(long batch, String why) {
        String message = "the checkpoint " + checkpoint() + " cannot skip batch " + batch + " ms, which " + why;
        assertThatThrownBy(() -> CheckpointSkip.plan(checkpoint(), new BatchTime(batch)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> CheckpointSkip.carryOut(checkpoint(), new BatchTime(batch), ""))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(message);
    }

    @Test
    void shouldRefuseAllBatchesButTheNextToRun() {
        try (StreamingContext ssc = program(directory, table, true, false)) {
            ssc.runBatches(3);
        }
        mustRefuse(
                4000,
                "is not planned, so it has no input to pass by; no batch is planned and undecided: start the program");
        runUntilPoisoned();
        String next = "; batches are decided in order, and the next to run is 4000 ms: name that one, or start the"
                + " program, which runs it";
        mustRefuse(3000, "is complete, or older than the last complete batch 3000 ms" + next);
        mustRefuse(4500, "is not planned, so it has no input to pass by" + next);
        CheckpointSkip.carryOut(checkpoint(), POISONED, "");
        mustRefuse(4000, "was skipped already; no batch is planned and undecided: start the program");
        CheckpointRollback.carryOut(checkpoint(), new BatchTime(2000));
        mustRefuse(
                4000,
                "is not the next to run; batches are decided in order, and the next to run is 3000 ms: name that one, or"
                        + " start the program, which runs it");
    }

    @Test
    void shouldRefuseWhileAProgramUsesTheCheckpoint() {
        runUntilPoisoned();
        try (StreamingContext ssc = program(directory, table, true, true)) {
            CrashPoint.observe(point -> {
                if (point == CrashPoint.STEPS_RUN) {
                    assertThatThrownBy(() -> CheckpointSkip.carryOut(checkpoint(), POISONED, ""))
                            .isInstanceOf(CheckpointException.class)
                            .hasMessageStartingWith("the checkpoint " + checkpoint()
                                    + " is in use by the context \"millrace\" of this process since ")
                            .hasMessageEndingWith("; stop it first");
                }
            });
            ssc.runBatches(0);
        }
        assertThat(checkpoint().resolve("skipped")).doesNotExist();
    }
}
