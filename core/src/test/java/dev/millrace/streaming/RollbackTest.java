/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.log.LogDirectory;
import dev.millrace.internal.log.LogSegments;
import dev.millrace.internal.log.LogWriter;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A program that goes back to an earlier batch of its own. */
class RollbackTest {
    private static final int BATCHES = 8;
    private static final BatchTime TO = new BatchTime(3000);

    @TempDir
    Path directory;

    private final List<Long> repeated = new ArrayList<>();

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

    private StreamingContext program(int step, String snapshotBytes) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.checkpoint.snapshotBytes", snapshotBytes);
        StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1));
        ssc.checkpoint(checkpoint().toString());
        List<List<String>> input = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            input.add(List.of("k" + i % 7, "k" + i % 3, "n" + i));
        }
        var totals = Programs.batches(ssc, (Iterable<List<String>>) input)
                .named("input")
                .window(Durations.seconds(3))
                .named("recent")
                .mapToPair(word -> Tuple2.of(word, step))
                .updateStateByKey(
                        StateType.of("totals", Integer.class),
                        (values, total) -> Optional.of(total.orElse(0)
                                + values.stream().mapToInt(Integer::intValue).sum()));
        totals.to(StreamingContext.textFiles(directory.resolve("out").toString()))
                .named("out");
        totals.foreachRDD((rdd, time) -> repeated.add(time.milliseconds())).named("told");
        return ssc;
    }

    private void run(int step, int batches) {
        run(step, batches, "1m");
    }

    private void run(int step, int batches, String snapshotBytes) {
        try (StreamingContext ssc = program(step, snapshotBytes)) {
            ssc.runBatches(batches);
        }
    }

    /** The lines that readers see, by file. */
    private Map<String, List<String>> published() throws IOException {
        Map<String, List<String>> published = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory.resolve("out"))) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith("part"))
                    .toList()) {
                published.put(directory.relativize(file).toString(), Files.readAllLines(file));
            }
        }
        return published;
    }

    @Test
    void shouldRunTheBatchesBehindAgain() throws IOException {
        run(1, BATCHES);
        Map<String, List<String>> before = published();
        CheckpointRollback rollback = CheckpointRollback.carryOut(checkpoint(), TO);
        List<BatchTime> again =
                Stream.of(4000L, 5000L, 6000L, 7000L, 8000L).map(BatchTime::new).toList();
        assertThat(rollback)
                .isEqualTo(new CheckpointRollback(TO, false, again, Map.of("out", again), Map.of("told", again), null));
        repeated.clear();
        run(1, 0);
        assertThat(published()).isEqualTo(before);
        assertThat(repeated).containsExactly(4000L, 5000L, 6000L, 7000L, 8000L);
        run(1, 1);
        assertThat(repeated).endsWith(9000L).hasSize(6);
    }

    @Test
    void shouldGiveWhatTheChangedProgramGives() throws IOException {
        run(1, 3);
        run(10, BATCHES - 3);
        Map<String, List<String>> changedThen = published();
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(java.util.Comparator.reverseOrder())
                    .filter(path -> !path.equals(directory))
                    .forEach(path -> path.toFile().delete());
        }
        run(1, BATCHES);
        assertThat(published()).isNotEqualTo(changedThen);
        CheckpointRollback.carryOut(checkpoint(), TO);
        run(10, 0);
        assertThat(published()).isEqualTo(changedThen);
    }

    @Test
    void shouldGoBackFurtherWhenAskedAgain() throws IOException {
        run(1, BATCHES, "1k");
        Map<String, List<String>> before = published();
        CheckpointRollback.carryOut(checkpoint(), new BatchTime(6000));
        CheckpointRollback.carryOut(checkpoint(), new BatchTime(5000));
        run(7, 1, "1k");
        CheckpointRollback second = CheckpointRollback.carryOut(checkpoint(), new BatchTime(4000));
        assertThat(second.again()).hasSize(5).startsWith(new BatchTime(5000)).endsWith(new BatchTime(9000));
        run(1, 0, "1k");
        Map<String, List<String>> after = published();
        assertThat(after)
                .containsAllEntriesOf(before)
                .hasSizeGreaterThan(before.size()); // and the batch that came in between
    }

    @Test
    void shouldChangeNothingWhenItIsThereAlready() {
        run(1, 3);
        assertThat(CheckpointRollback.carryOut(checkpoint(), TO).done()).isTrue();
        run(1, 3);
        CheckpointRollback.carryOut(checkpoint(), TO);
        assertThat(CheckpointRollback.carryOut(checkpoint(), TO).done()).isTrue();
        assertThat(CheckpointInfo.read(checkpoint()).kept()).endsWith(TO);
    }

    /** A batch that failed before an output was called is behind the others that run again. */
    @Test
    void shouldWarnOnlyOfOutputsThatHaveGotABatch() {
        for (String failing : List.of("first", "second")) {
            Path state = directory.resolve(failing);
            try (StreamingContext ssc =
                    new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1))) {
                ssc.checkpoint(state.toString());
                var words = Programs.batches(ssc, List.of("a"), List.of("b"), List.of("c"))
                        .named("input");
                for (String name : List.of("first", "second")) {
                    words.foreachRDD((rdd, time) -> {
                                if (name.equals(failing) && time.milliseconds() == 3000) {
                                    throw new IllegalStateException("no room");
                                }
                            })
                            .named(name);
                }
                assertThatThrownBy(() -> ssc.runBatches(3)).hasMessageContaining("no room");
            }
            CheckpointRollback rollback = CheckpointRollback.plan(state, new BatchTime(1000));
            BatchTime complete = new BatchTime(2000);
            assertThat(rollback.again()).containsExactly(complete, TO);
            assertThat(rollback.repeated())
                    .isEqualTo(
                            failing.equals("first")
                                    ? Map.of("first", List.of(complete), "second", List.of(complete, TO))
                                    : Map.of("first", List.of(complete, TO), "second", List.of(complete)));
        }
    }

    @Test
    void shouldRefuseABatchThatIsNotComplete() {
        run(1, 4);
        assertThatThrownBy(() -> CheckpointRollback.plan(checkpoint(), new BatchTime(3500)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the checkpoint " + checkpoint() + " has no complete batch 3500 ms, or does not keep it any"
                        + " more; name one from 1000 ms to 4000 ms");
    }

    @Test
    void shouldRefuseToGoOnFromBeforeADamagedRollback() throws IOException {
        run(1, 4);
        CheckpointRollback.carryOut(checkpoint(), TO);
        Path manifest;
        try (Stream<Path> files = Files.list(checkpoint().resolve("snapshots"))) {
            manifest = files.findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(manifest);
        bytes[bytes.length / 2] ^= 1;
        Files.write(manifest, bytes);
        assertThatThrownBy(() -> run(1, 0))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("snapshots/0000000002-0000000002 ");
    }

    /** The manifest says it, also where a journal seems to say the contrary. */
    @Test
    void shouldRefuseToGoOnFromBeforeARollbackWithDamagedEntries() throws IOException {
        run(1, 4);
        CheckpointRollback.carryOut(checkpoint(), TO);
        Path entries = checkpoint().resolve("runs/0000000002-0000000002-0000");
        byte[] bytes = Files.readAllBytes(entries);
        bytes[bytes.length / 2] ^= 1;
        Files.write(entries, bytes);
        LocalFileStore store = new LocalFileStore(checkpoint());
        CheckpointFiles files = Ownership.filesIn(store);
        CheckpointIdentity writer = new CheckpointIdentity(files.checkpointId(), 2, new UUID(0, 2));
        LogSegments journals = LogSegments.of(new LogDirectory(files, "journal", "a journal"));
        try (FrameReader from = files.read("journal/0000000001-0000000001", false);
                LogWriter to = new LogWriter(journals, null, 1, Long.MAX_VALUE, Epoch.unchecked(writer))) {
            for (byte[] record = from.next(); record != null; record = from.next()) {
                to.append(record);
            }
        }
        assertThatThrownBy(() -> run(1, 0))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("runs/0000000002-0000000002-0000");
    }

    private void takeOver() {
        try {
            Checkpoint.open(new LocalFileStore(checkpoint()), new Checkpoint.Keeping(1 << 20, 0), true)
                    .close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its successor takes back itself, and may have published these batches again. */
    @Test
    void shouldTakeBackNothingMoreOnceTakenOver() throws IOException {
        run(1, BATCHES);
        CheckpointRollback.carryOut(checkpoint(), TO);
        int files = published().size();
        AtomicBoolean taken = new AtomicBoolean();
        CrashPoint.observe(point -> {
            if (point == CrashPoint.ROLLBACK_RETRACTED && taken.compareAndSet(false, true)) {
                takeOver();
            }
        });
        assertThatThrownBy(() -> run(1, 0))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("the checkpoint " + checkpoint() + " was taken over by process ");
        assertThat(taken).isTrue();
        assertThat(directory.resolve("out/batch-8000")).doesNotExist();
        assertThat(directory.resolve("out/batch-7000")).exists();
        assertThat(published()).hasSizeLessThan(files);
    }

    @Test
    void shouldRefuseWhileAProgramRuns() {
        try (StreamingContext ssc = program(1, "1m")) {
            ssc.runBatches(4);
            assertThatThrownBy(() -> CheckpointRollback.carryOut(checkpoint(), TO))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith("the checkpoint " + checkpoint() + " is in use by the context"
                            + " \"millrace\" of this process since ")
                    .hasMessageEndingWith("; stop it first");
            assertThat(CheckpointRollback.plan(checkpoint(), TO).again()).hasSize(1);
        }
    }

    @Test
    void shouldRefuseWhenTheOutputIsGone() {
        run(1, 4);
        CheckpointRollback.carryOut(checkpoint(), TO);
        MillraceConf conf = new MillraceConf().setMaster("local[2]");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            ssc.checkpoint(checkpoint().toString());
            Programs.batches(ssc, List.of("a"), List.of("a"))
                    .named("input")
                    .window(Durations.seconds(3))
                    .named("recent")
                    .mapToPair(word -> Tuple2.of(word, 1))
                    .updateStateByKey(StateType.of("totals", Integer.class), (values, total) -> total)
                    .foreachRDD("told", rdd -> {});
            String refusal = "batch 4000 ms was rolled back, and the output out had published it, which the program no"
                    + " longer has; bring it back for one start: .to(...).named(\"out\")";
            assertThat(UpgradePlan.of(ssc).starts()).isFalse();
            assertThat(UpgradePlan.of(ssc).toString()).contains(refusal);
            assertThatThrownBy(() -> ssc.runBatches(0))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining(refusal);
        }
        run(1, 0);
        assertThat(CheckpointInfo.read(checkpoint()).kept()).endsWith(new BatchTime(4000));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = "ROLLBACK_.*")
    void shouldSurviveACrashAt(CrashPoint crash) throws IOException {
        run(1, BATCHES, "1k");
        Map<String, List<String>> before = published();
        AtomicBoolean crashed = new AtomicBoolean();
        CrashPoint.observe(point -> {
            if (point == crash && crashed.compareAndSet(false, true)) {
                throw new Crash();
            }
        });
        for (int attempt = 0; attempt < 2; attempt++) {
            try {
                CheckpointRollback.carryOut(checkpoint(), TO);
                run(1, 0, "1k");
            } catch (Crash simulated) {
                assertThat(crashed).isTrue();
            }
        }
        assertThat(crashed).isTrue();
        run(1, 0, "1k");
        assertThat(published()).isEqualTo(before);
        assertThat(CheckpointInfo.read(checkpoint()).kept()).endsWith(new BatchTime(8000));
    }

    /** Cannot take back. */
    private static final class Stone implements StagedOutput<Tuple2<String, Integer>> {
        @Override
        public String stage(OutputBatch batch, int partition, int attempt, Iterator<Tuple2<String, Integer>> records) {
            return "part";
        }

        @Override
        public void publish(OutputBatch batch, List<String> parts) {}

        @Override
        public void discard(OutputBatch batch) {}

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) {
            return List.of();
        }

        @Override
        public String toString() {
            return "stone";
        }
    }

    @Test
    void shouldRefuseTheStartWhenAnOutputCannotTakeBack() {
        for (int start = 0; start < 3; start++) {
            try (StreamingContext ssc =
                    new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1))) {
                ssc.checkpoint(checkpoint().toString());
                Programs.batches(ssc, List.of("a"), List.of("b"))
                        .named("input")
                        .mapToPair(word -> Tuple2.of(word, 1))
                        .to(new Stone())
                        .named("stone");
                if (start == 0) {
                    ssc.runBatches(2);
                } else {
                    assertThatThrownBy(() -> ssc.runBatches(0))
                            .isInstanceOf(UnsupportedOperationException.class)
                            .hasMessageContaining("the output \"stone\" (stone) cannot take back batch 2000 ms");
                }
            }
            if (start == 0) {
                CheckpointRollback.carryOut(checkpoint(), new BatchTime(1000));
            }
        }
    }
}
