/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The input that a first start passes over is settled by that start, whatever becomes of it. */
class FirstStartTest {
    @TempDir
    private Path directory;

    private final List<String> read = new ArrayList<>();

    private Path in() {
        return directory.resolve("in");
    }

    @BeforeEach
    void anOldFile() throws IOException {
        Files.createDirectory(in());
        Files.writeString(in().resolve("old"), "old\n");
    }

    private StreamingContext program(Duration interval, boolean withFiles) {
        StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster("local"), interval);
        ssc.checkpoint(directory.resolve("checkpoint").toString());
        Programs.batches(ssc, List.of(1), List.of(2), List.of(3), List.of(4))
                .named("numbers")
                .foreachRDD(rdd -> {});
        if (withFiles) {
            ssc.textFileStream(in().toString())
                    .named("files")
                    .foreachRDD(rdd -> read.addAll(rdd.collect()))
                    .named("read");
        }
        return ssc;
    }

    private void run(int batches) {
        try (StreamingContext ssc = program(Durations.seconds(1), true)) {
            ssc.runBatches(batches);
        }
    }

    @Test
    void shouldReadAFileThatCameBeforeTheFirstBatchIfTheFirstLifeHadNone() throws IOException {
        StreamingContext first = program(Duration.ofDays(1), true);
        first.start();
        Files.writeString(in().resolve("new"), "new\n");
        assertThat(first.stop(Duration.ofSeconds(20))).isEqualTo(StopResult.FINISHED);
        Files.writeString(in().resolve("later"), "later\n");
        try (StreamingContext second = program(Duration.ofDays(1), true)) {
            second.runAvailable();
        }
        assertThat(read).containsExactlyInAnyOrder("new", "later");
    }

    @Test
    void shouldReadWhatComesAfterARunThatFoundNothing() throws IOException {
        try (StreamingContext first = program(Durations.seconds(1), true)) {
            first.runAvailable();
        }
        Files.writeString(in().resolve("new"), "new\n");
        try (StreamingContext second = program(Durations.seconds(1), true)) {
            second.runAvailable();
        }
        assertThat(read).containsExactly("new");
    }

    @Test
    void shouldKeepWhatANewInputPassesOverWhenItGoesBackToABatchBeforeIt() throws IOException {
        try (StreamingContext before = program(Durations.seconds(1), false)) {
            before.runBatches(2);
        }
        program(Durations.seconds(1), true).close(); // never started: it chooses nothing
        try (StreamingContext with = program(Durations.seconds(1), true)) {
            with.runBatches(1);
            Files.writeString(in().resolve("new"), "new\n");
            with.runBatches(1);
        }
        assertThat(read).containsExactly("new");
        CheckpointRollback.carryOut(directory.resolve("checkpoint"), BatchTime.of(2000));
        read.clear();
        run(1);
        assertThat(read).containsExactly("new");
    }

    /** Of one file a batch, from the oldest on; or without it, and then what it had taken is dropped. */
    private void runAnew(boolean withFiles, int batches) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local")
                .set("millrace.streaming.fileStream.maxBytesPerBatch", "1")
                .set("millrace.streaming.checkpoint.dropOrphans", withFiles ? "" : "files");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            Programs.batches(ssc, List.of(1), List.of(2), List.of(3), List.of(4))
                    .named("numbers")
                    .foreachRDD(rdd -> {});
            if (withFiles) {
                ssc.textFileStream(in().toString(), false)
                        .named("files")
                        .foreachRDD(rdd -> read.addAll(rdd.collect()))
                        .named("read");
            }
            ssc.runBatches(batches);
        }
    }

    @Test
    void shouldKnowNothingOfADroppedInputOfTheSameNameWhenItGoesBackToABatchBeforeBoth() throws IOException {
        Files.writeString(in().resolve("p"), "p\n");
        Files.writeString(in().resolve("q"), "q\n");
        runAnew(true, 3);
        assertThat(read).containsExactlyInAnyOrder("old", "p", "q");
        List<String> inOrder = List.copyOf(read);
        runAnew(false, 1);
        read.clear();
        runAnew(true, 1);
        assertThat(read).containsExactly(inOrder.get(0));

        CheckpointRollback.carryOut(directory.resolve("checkpoint"), BatchTime.of(2000));
        read.clear();
        runAnew(true, 0);
        assertThat(read).as("of the batches that run again").containsExactly(inOrder.get(2), inOrder.get(0));
        read.clear();
        runAnew(true, 3);
        assertThat(read).as("of the new input").containsExactlyElementsOf(inOrder.subList(1, 3));
    }
}
