/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.CancelledException;
import dev.millrace.error.CheckpointException;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.lineage.QuarantinedRecords;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.TaskContext;
import dev.millrace.spi.JobLabel;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointVerification;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.ErrorPolicy;
import dev.millrace.streaming.FileStreamOptions;
import dev.millrace.streaming.QuarantineEntry;
import dev.millrace.streaming.StreamingContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineTest {
    private static final int MANY = 40_000; // entries of some 800 bytes, which are more than a 32nd of a heap of 1 GB
    private static final byte[] MALFORMED = {'a', '\n', (byte) 0xe9, '\n', 'b', '\n', 0, '\n'};

    @TempDir
    private Path directory;

    private Path in;
    private final MillraceConf conf = new MillraceConf();

    @BeforeEach
    void setUp() throws IOException {
        in = Files.createDirectory(directory.resolve("in"));
        conf.set("millrace.streaming.fileStream.malformedInput", "quarantine");
    }

    private DStream<String> lines(StreamingContext ssc) {
        return ssc.textFileStream(in, FileStreamOptions.ALL_FILES).named("lines");
    }

    private Path aside(long batch) {
        return directory.resolve("checkpoint/quarantine/batch-" + batch + ".jsonl");
    }

    private static String line(String place, String operator, String error, String raw) {
        return "{\"place\":\"" + place + "\",\"operator\":\"" + operator + "\",\"error\":\"" + error + "\",\"raw\":\""
                + raw + "\"}";
    }

    @Test
    void shouldWriteEachPlaceOnceWhenSeveralOutputsMeetIt() throws IOException {
        Path file = Files.write(in.resolve("f"), MALFORMED);
        conf.set(
                "millrace.streaming.checkpoint.directory",
                directory.resolve("checkpoint").toString());
        try (StreamingContext ssc = Programs.local(conf)) {
            List<List<String>> first = Programs.collected(lines(ssc));
            List<List<String>> second = Programs.collected(lines(ssc).named("again"));
            ssc.runBatches(2);
            assertThat(first).isEqualTo(second).containsExactly(List.of("a", "b"), List.of());
        }
        assertThat(Files.readAllLines(aside(1000)).stream()
                        .map(line -> line.replaceAll("QuarantineTest.java:\\d+", "SITE")))
                .containsExactly(
                        line(
                                "file " + file + " byte 2",
                                "textFileStream at SITE",
                                "the byte 0xe9 is not UTF-8 here",
                                "6Q=="),
                        line(
                                "file " + file + " byte 6",
                                "textFileStream at SITE",
                                "the byte is 0, so this is binary data or UTF-16",
                                "AA=="));
        assertThat(aside(2000)).doesNotExist();
    }

    @Test
    void shouldWriteToTheDirectoryThatIsNamed() throws IOException {
        Files.write(in.resolve("f"), MALFORMED);
        conf.set(
                "millrace.streaming.quarantine.directory",
                directory.resolve("own").toString());
        try (StreamingContext ssc = Programs.local(conf)) {
            Programs.collected(lines(ssc));
            ssc.runBatches(1);
        }
        assertThat(directory.resolve("own/batch-1000.jsonl")).exists();
    }

    @Test
    void shouldGiveItsEntriesToWhoAsksOnceMoreAtTheEnd() throws IOException {
        Files.write(in.resolve("f"), MALFORMED);
        conf.set(
                "millrace.streaming.quarantine.directory",
                directory.resolve("own").toString());
        try (StreamingContext ssc = Programs.local(conf)) {
            Programs.collected(lines(ssc));
            ssc.runBatches(1);
        }
        try (StreamingContext ssc = Programs.local()) {
            List<List<String>> collected =
                    Programs.collected(ssc.quarantined(directory.resolve("own")).mapPartitions(entries -> {
                        List<String> errors = new ArrayList<>();
                        while (entries.hasNext()) {
                            errors.add(entries.next().error());
                        }
                        assertThat(entries.hasNext()).isFalse();
                        return errors.iterator();
                    }));
            ssc.runBatches(1);
            assertThat(collected)
                    .containsExactly(List.of(
                            "the byte 0xe9 is not UTF-8 here", "the byte is 0, so this is binary data or UTF-16"));
        }
    }

    @Test
    void shouldCountOnlyWhatTheWinningAttemptPutAside() throws IOException {
        Files.writeString(in.resolve("f"), "a\n");
        conf.set(
                "millrace.streaming.quarantine.directory",
                directory.resolve("own").toString());
        try (StreamingContext ssc = Programs.local(conf)) {
            lines(ssc)
                    .map(line -> {
                        int attempt = Objects.requireNonNull(TaskContext.get()).attemptNumber();
                        Objects.requireNonNull(TaskScope.current())
                                .quarantine(
                                        new QuarantinedRecord(new byte[0], "attempt " + attempt, "test", "\"\\\n"), 10);
                        if (attempt < 2) {
                            throw new IllegalStateException("not yet");
                        }
                        return line;
                    })
                    .foreachRDD(rdd -> {
                        rdd.count();
                    });
            ssc.runBatches(1);
        }
        assertThat(directory.resolve("own/batch-1000.jsonl"))
                .hasContent(line("attempt 2", "test", "\\\"\\\\\\u000a", ""));
    }

    /** An output that is done is not run again, so what it had met must have been kept. */
    @Test
    void shouldKeepWhatAnOutputMetWhenTheBatchIsRunAgainWithoutIt() throws IOException {
        Files.write(in.resolve("f"), MALFORMED);
        conf.set(
                "millrace.streaming.checkpoint.directory",
                directory.resolve("checkpoint").toString());
        AtomicBoolean broken = new AtomicBoolean(true);
        for (int start = 0; start < 2; start++) {
            try (StreamingContext ssc = Programs.local(conf)) {
                DStream<String> lines = lines(ssc);
                lines.foreachRDD("reads", rdd -> {
                    rdd.count();
                });
                lines.foreachRDD("breaks", rdd -> {
                    if (broken.getAndSet(false)) {
                        throw new IllegalStateException("broken");
                    }
                });
                if (start == 0) {
                    assertThatThrownBy(() -> ssc.runBatches(1)).hasMessageContaining("broken");
                } else {
                    ssc.runBatches(1);
                }
            }
            Path file = start == 0 ? aside(1000).resolveSibling("batch-1000-0000000001.undecided") : aside(1000);
            assertThat(Files.readAllLines(file)).hasSize(2);
        }
    }

    @Test
    void shouldFailTheBatchWhenTooMuchIsMalformed() throws IOException {
        Path file = Files.write(in.resolve("f"), MALFORMED);
        conf.set(
                        "millrace.streaming.quarantine.directory",
                        directory.resolve("own").toString())
                .set("millrace.streaming.quarantine.maxRecordsPerBatch", "1");
        try (StreamingContext ssc = Programs.local(conf)) {
            Programs.collected(lines(ssc));
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining("more than 1 records of one batch could not be used, among them file " + file
                            + " byte 6 at textFileStream at QuarantineTest.java:")
                    .hasMessageContaining(
                            ": the byte is 0, so this is binary data or UTF-16; look whether this input is"
                                    + " what it should be, or raise millrace.streaming.quarantine.maxRecordsPerBatch, which"
                                    + " is 0 for no limit");
        }
        assertThat(directory.resolve("own")).doesNotExist();
    }

    private DStream<Integer> failing(StreamingContext ssc, int records, ErrorPolicy policy) {
        RDD<Integer> numbers = ssc.millraceContext()
                .parallelize(IntStream.range(0, records).boxed().toList(), 2);
        return Programs.queued(ssc, List.of(numbers).iterator())
                .map(number -> number / (number - number))
                .named("divided")
                .onError(policy);
    }

    private List<String> compressed(Path file) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), UTF_8))) {
            return lines.lines().toList();
        }
    }

    /** Whoever sends the records decides how many they are, so there are as many as there may be. */
    @Test
    void shouldPutAsideMoreThanFitsIntoMemory() throws IOException {
        Path own = directory.resolve("own");
        conf.set("millrace.streaming.quarantine.directory", own.toString());
        try (StreamingContext ssc = Programs.local(conf)) {
            DStream<Integer> failing = failing(ssc, MANY, ErrorPolicy.quarantine());
            Programs.collected(failing);
            Programs.collected(failing.map(number -> number));
            ssc.runBatches(1);
        }
        try (Stream<Path> files = Files.list(own)) {
            assertThat(files).containsExactly(own.resolve("batch-1000.jsonl.gz"));
        }
        List<String> lines = compressed(own.resolve("batch-1000.jsonl.gz"));
        assertThat(lines).hasSize(MANY);
        assertThat(lines.get(1)).contains("\"place\":\"partition 0 record 1\"");
        assertThat(lines.get(MANY - 1)).contains("\"place\":\"partition 1 record " + (MANY / 2 - 1) + "\"");
        try (StreamingContext ssc = Programs.local()) {
            List<List<Integer>> back = Programs.collected(ssc.quarantined(own, "divided", Integer.class));
            ssc.runBatches(1);
            assertThat(back.get(0))
                    .containsExactlyElementsOf(IntStream.range(0, MANY).boxed().toList());
        }
    }

    @Test
    void shouldFailTheBatchWhenMoreAreOnDiskThanTheProgramAllows() {
        conf.set(
                "millrace.streaming.quarantine.directory",
                directory.resolve("own").toString());
        try (StreamingContext ssc = Programs.local(conf)) {
            Programs.collected(failing(ssc, MANY, ErrorPolicy.quarantine().atMost(MANY - 1)));
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining("more than " + (MANY - 1) + " records of one batch failed in divided (map at"
                            + " QuarantineTest.java:")
                    .hasMessageContaining("among them partition 1 record " + (MANY / 2 - 1) + ": java.lang.Arithmetic")
                    .hasMessageContaining("; correct the function or its input, or raise atMost(" + (MANY - 1) + ")");
        }
        assertThat(directory.resolve("own")).isEmptyDirectory();
    }

    /** What attempts put aside is on disk while the budget has no room, and nothing of it stays. */
    @Test
    void shouldHoldOnDiskWhatAttemptsPutAsideAndLetGoOfIt() throws IOException {
        Path spill = directory.resolve("spill");
        conf.set(
                        "millrace.streaming.quarantine.directory",
                        directory.resolve("own").toString())
                .set("millrace.memory.budget", "64k")
                .set("millrace.memory.spillDirectory", spill.toString());
        Set<Long> spilled = ConcurrentHashMap.newKeySet();
        try (StreamingContext ssc = Programs.local(conf)) {
            Programs.queued(
                            ssc,
                            List.of(ssc.millraceContext().parallelize(List.of(1, 2), 2))
                                    .iterator())
                    .map(number -> {
                        TaskContext task = Objects.requireNonNull(TaskContext.get());
                        putAsideNoise(task.partitionId());
                        spilled.add(spillFiles(spill));
                        if (task.attemptNumber() == 0) {
                            throw new IllegalStateException("not yet");
                        }
                        return number;
                    })
                    .foreachRDD(rdd -> {
                        rdd.count();
                        assertThat(spillFiles(spill)).isZero();
                    });
            ssc.runBatches(1);
        }
        assertThat(spilled).doesNotContain(0L);
        assertThat(Files.readAllLines(directory.resolve("own/batch-1000.jsonl")))
                .hasSize(20);
    }

    private static void putAsideNoise(int partition) {
        Random random = new Random(partition);
        for (int i = 0; i < 10; i++) {
            byte[] raw = new byte[20_000];
            random.nextBytes(raw);
            Objects.requireNonNull(TaskScope.current())
                    .quarantine(
                            new QuarantinedRecord(raw, "partition " + partition + " noise " + i, "test", "no"), 100);
        }
    }

    private static long spillFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".spill")).count();
        }
    }

    @Test
    void shouldLetGoOfWhatTasksPutAsideWhoseJobFailed() throws IOException {
        Path spill = directory.resolve("spill");
        conf.set(
                        "millrace.streaming.quarantine.directory",
                        directory.resolve("own").toString())
                .set("millrace.memory.budget", "64k")
                .set("millrace.memory.spillDirectory", spill.toString());
        try (StreamingContext ssc = Programs.local(conf)) {
            CountDownLatch other = new CountDownLatch(1);
            Programs.queued(
                            ssc,
                            List.of(ssc.millraceContext().parallelize(List.of(0, 1), 2))
                                    .iterator())
                    .map(number -> {
                        if (number == 0) {
                            putAsideNoise(0);
                            other.countDown();
                        } else {
                            other.await();
                            throw new IllegalStateException("never");
                        }
                        return number;
                    })
                    .foreachRDD(rdd -> {
                        assertThatThrownBy(rdd::count).hasMessageContaining("never");
                        assertThat(spillFiles(spill)).isZero();
                    });
            ssc.runBatches(1);
        }
    }

    private static Path zipped(Path file, String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(UTF_8));
        }
        return file;
    }

    @Test
    void shouldEmptyACompressedFileOfABatchThatRunsAgain() throws IOException {
        Path file = zipped(directory.resolve("batch-1000.jsonl.gz"), "void\n");
        second().recover(epoch(3), new BatchTime(2000), Map.of(), Set.of(new BatchTime(1000)));
        assertThat(file).doesNotExist();
        assertThat(directory.resolve("batch-1000.jsonl")).isEmptyFile();
    }

    /** The process may have died between the two steps of that. */
    @Test
    void shouldReadTheCompressedFileWhereBothAre() throws IOException {
        Path plain = Files.createFile(directory.resolve("batch-1000.jsonl"));
        String text = line("partition 0 record 7", "numbers", "no", "Nw==");
        Path undecided = zipped(directory.resolve("batch-1000-0000000002.undecided"), text + "\n");
        Files.copy(undecided, directory.resolve("batch-1000.jsonl.gz"));
        try (StreamingContext ssc = Programs.local()) {
            List<List<String>> entries =
                    Programs.collected(ssc.quarantined(directory).map(QuarantineEntry::text));
            ssc.runBatches(1);
            assertThat(entries).containsExactly(List.of("7"));
        }
        second().recover(epoch(3), new BatchTime(1000), Map.of(new BatchTime(1000), 2L), Set.of());
        assertThat(plain).doesNotExist();
        assertThat(compressed(directory.resolve("batch-1000.jsonl.gz"))).containsExactly(text);
    }

    /** What two outputs met counts twice for the size, and once when it is read back. */
    /** The checkpoint was an older copy when it was started. */
    @Test
    void shouldStayCompressedWhenAnotherRunAddsToIt() throws IOException {
        zipped(directory.resolve("batch-1000.jsonl.gz"), line("first", "test", "no", "") + "\n");
        Path mark = Files.createFile(
                directory.resolve("checkpoint-" + epoch(2).identity().checkpointId()));
        Quarantine quarantine = second();
        quarantine.recover(epoch(2), null, Map.of(), Set.of());
        BatchTime batch = new BatchTime(1000);
        quarantine.begin(batch, false);
        quarantine.observed(
                new JobLabel(batch, null), List.of(new TaskObservation(0, 0, Map.of(), Map.of(), new Noted(() -> {}))));
        quarantine.write(batch);
        quarantine.publish(batch);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "batch-1000.jsonl.gz", mark.getFileName().toString(), "in");
        }
        assertThat(compressed(directory.resolve("batch-1000.jsonl.gz"))).hasSize(3);
    }

    @Test
    void shouldFindACompressedFileDamagedThatIsCutOff() throws IOException {
        Path quarantine = Files.createDirectories(directory.resolve("checkpoint/quarantine"));
        Path file = zipped(quarantine.resolve("batch-1000.jsonl.gz"), line("a", "b", "c", "Nw==") + "\n");
        zipped(quarantine.resolve("batch-2000.jsonl.gz"), line("a", "b", "c", "Nw==") + "\n");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 20));
        assertThat(CheckpointVerification.of(directory.resolve("checkpoint")).files())
                .extracting(report -> report.path() + ": " + report.state() + ", " + report.finding())
                .containsExactly(
                        "quarantine/batch-1000.jsonl.gz: DAMAGED, this file of a quarantine is damaged or cut off"
                                + " (java.io.EOFException: Unexpected end of ZLIB input stream); bring it back as it was"
                                + " written, or delete it",
                        "quarantine/batch-2000.jsonl.gz: WHOLE, ");
    }

    @Test
    void shouldFailTheBatchWhenTooMuchIsMalformedInAllTasksTogether() throws IOException {
        for (int i = 0; i < 4; i++) {
            Files.write(in.resolve("f" + i), MALFORMED);
        }
        conf.set(
                        "millrace.streaming.quarantine.directory",
                        directory.resolve("own").toString())
                .set("millrace.streaming.quarantine.maxRecordsPerBatch", "7");
        try (StreamingContext ssc = Programs.local(conf)) {
            lines(ssc).foreachRDD(rdd -> {
                try {
                    rdd.count();
                } catch (RuntimeException e) {
                    assertThat(e).hasMessageStartingWith("more than 7 records"); // and the program goes on
                }
            });
            assertThatThrownBy(() -> ssc.runBatches(1)).hasMessageContaining("more than 7 records");
        }
    }

    @Test
    void shouldPutAsideAFileThatVanished() throws IOException {
        Path file = Files.writeString(in.resolve("f"), "a\n");
        conf.set(
                "millrace.streaming.quarantine.directory",
                directory.resolve("own").toString());
        try (StreamingContext ssc = Programs.local(conf)) {
            lines(ssc)
                    .transform(rdd -> {
                        Files.delete(file);
                        return rdd;
                    })
                    .foreachRDD(rdd -> {
                        rdd.count();
                    });
            ssc.runBatches(1);
        }
        assertThat(directory.resolve("own/batch-1000.jsonl")).content().contains("\"place\":\"file " + file + "\"");
    }

    @Test
    void shouldLeaveToItsSuccessorWhatIsUndecidedWhenItWasFenced() throws IOException {
        Path older = Files.writeString(directory.resolve("batch-1000-0000000001.undecided"), "of one before");
        Path own = Files.writeString(directory.resolve("batch-1000-0000000002.undecided"), "its own");
        Path successors = Files.writeString(directory.resolve("batch-1000-0000000003.undecided"), "of the successor");
        Quarantine quarantine = second();
        quarantine.recover(epoch(2), null, Map.of(), Set.of());
        quarantine.begin(new BatchTime(1000), false);
        assertThat(older).doesNotExist();
        assertThat(own).doesNotExist();
        assertThat(successors).exists();
    }

    /** The batch was decided by one of two programs, and published by neither. */
    @Test
    void shouldPublishWhatTheProgramPutAsideThatHasDecided() throws IOException {
        Files.writeString(directory.resolve("batch-1000-0000000001.undecided"), "void\n");
        Files.writeString(directory.resolve("batch-1000-0000000002.undecided"), "decided\n");
        second().recover(epoch(3), new BatchTime(1000), Map.of(new BatchTime(1000), 2L), Set.of());
        assertThat(directory.resolve("batch-1000.jsonl")).hasContent("decided\n");
        assertThat(directory).isDirectoryNotContaining("glob:**undecided");
    }

    @Test
    void shouldDeleteWhatProgramsBeforeHadNotWrittenToTheEnd() throws IOException {
        Path left = Files.writeString(directory.resolve(".batch-1000-2.tmp"), "{\"pla");
        Path part = Files.writeString(directory.resolve(".batch-1000-2.17.tmp"), "{\"pla");
        Path successors = Files.writeString(directory.resolve(".batch-1000-4.tmp"), "{\"pla");
        second().recover(epoch(3), null, Map.of(), Set.of());
        assertThat(left).doesNotExist();
        assertThat(part).doesNotExist();
        assertThat(successors).exists();
    }

    @Test
    void shouldBeVerifiedByWhatItsFilesAre() throws IOException {
        Path checkpoint = directory.resolve("checkpoint");
        Path quarantine = Files.createDirectories(checkpoint.resolve("quarantine"));
        for (String name :
                List.of(".batch-1000-2.tmp", "batch-1000-0000000002.undecided", "batch-1000.jsonl", "notes")) {
            Files.createFile(quarantine.resolve(name));
        }
        assertThat(CheckpointVerification.of(checkpoint).files())
                .extracting(file -> file.path() + ": " + file.state() + ", " + file.finding())
                .containsExactly(
                        "quarantine/.batch-1000-2.tmp: LEFT_OVER, it is not written to its end",
                        "quarantine/batch-1000-0000000002.undecided: LEFT_OVER, its batch is not decided",
                        "quarantine/batch-1000.jsonl: WHOLE, ",
                        "quarantine/notes: NOT_OURS, no program wrote it");
    }

    /** Whoever takes over runs the batch again, and puts aside what is right then. */
    @Test
    void shouldEmptyNothingOnceItWasFenced() throws IOException {
        Path decided = Files.writeString(directory.resolve("batch-1000.jsonl"), "of the successor\n");
        Epoch fencedWhileItWrites = new Epoch() {
            @Override
            public CheckpointIdentity identity() {
                return epoch(3).identity();
            }

            @Override
            public void check() {
                if (Files.exists(directory.resolve(".batch-1000-3.tmp"))) {
                    throw new CheckpointException("taken over");
                }
            }
        };
        assertThatThrownBy(() -> second().recover(
                                fencedWhileItWrites, new BatchTime(2000), Map.of(), Set.of(new BatchTime(1000))))
                .hasMessage("taken over");
        assertThat(decided).hasContent("of the successor\n");
    }

    private Quarantine second() {
        Settings settings = new Settings();
        settings.set("millrace.streaming.quarantine.directory", directory.toString());
        return new Quarantine(settings, List.of(), true);
    }

    private static Epoch epoch(long number) {
        return Epoch.unchecked(new CheckpointIdentity(new UUID(1, 1), number, new UUID(2, number)));
    }

    /** What was put aside before that moment, and is let go of. */
    private static final class Noted implements QuarantinedRecords {
        private final List<String> told = new ArrayList<>();
        private final transient Runnable between;

        Noted(Runnable between) {
            this.between = between;
        }

        @Override
        public boolean isEmpty() {
            return false;
        }

        @Override
        public void forEach(Consumer<? super QuarantinedRecord> each) {
            for (String place : List.of("first", "second", "third")) {
                each.accept(new QuarantinedRecord(new byte[0], place, "test", "no"));
                told.add(place);
                between.run();
            }
        }

        @Override
        public void close() {
            told.add("closed");
        }
    }

    /** Millions of records take longer than a stop has time. */
    @Test
    void shouldEndInTheMiddleWhenTheBatchIsCancelled() throws IOException {
        Quarantine quarantine = second();
        BatchTime batch = new BatchTime(1000);
        quarantine.begin(batch, false);
        Noted whole = new Noted(() -> {});
        JobLabel label = new JobLabel(batch, null);
        quarantine.observed(label, List.of(new TaskObservation(0, 0, Map.of(), Map.of(), whole)));
        Noted cut = new Noted(quarantine::cancel);
        assertThatThrownBy(
                        () -> quarantine.observed(label, List.of(new TaskObservation(1, 0, Map.of(), Map.of(), cut))))
                .isInstanceOf(CancelledException.class);
        assertThat(whole.told).containsExactly("first", "second", "third", "closed");
        assertThat(cut.told).containsExactly("first", "closed");
        assertThatThrownBy(() -> quarantine.write(batch)).isInstanceOf(CancelledException.class);
        assertThat(directory).isDirectoryNotContaining("glob:**batch*");
    }

    @Test
    void shouldBeRefusedAtStartWhenThereIsNoPlace() {
        try (StreamingContext ssc = Programs.local(conf)) {
            Programs.collected(lines(ssc));
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(InvalidProgramException.class)
                    .hasMessage("This program cannot be started:\n"
                            + "  - millrace.streaming.fileStream.malformedInput is quarantine, and there is no place for"
                            + " it; set a checkpoint directory, or add"
                            + " conf.set(\"millrace.streaming.quarantine.directory\", \"DIRECTORY\")");
        }
    }
}
