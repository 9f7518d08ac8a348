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
}
