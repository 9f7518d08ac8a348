/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.CheckpointException;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.streaming.ErrorPolicy;
import dev.millrace.streaming.QuarantineEntry;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.UpgradePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several runs and programs name one directory for what they put aside; their batches have the same times. */
class SharedQuarantineTest {
    @TempDir
    private Path directory;

    private Path aside() {
        return directory.resolve("aside");
    }

    private StreamingContext program(String checkpoint, String... records) {
        MillraceConf conf = new MillraceConf().set("millrace.streaming.quarantine.directory", aside().toString());
        if (!checkpoint.isEmpty()) {
            conf.set(
                    "millrace.streaming.checkpoint.directory",
                    directory.resolve(checkpoint).toString());
        }
        StreamingContext ssc = Programs.local(conf);
        Programs.batches(ssc, List.of(records))
                .named("numbers")
                .map(record -> {
                    if (record.length() == 2) {
                        throw new IllegalStateException("no");
                    }
                    return record;
                })
                .named("checked")
                .onError(ErrorPolicy.quarantine())
                .foreachRDD(rdd -> {
                    rdd.count();
                })
                .named("out");
        return ssc;
    }

    private void run(String checkpoint, String... records) {
        try (StreamingContext ssc = program(checkpoint, records)) {
            ssc.runBatches(1);
        }
    }

    private List<String> texts() {
        try (StreamingContext ssc = Programs.local()) {
            List<List<String>> entries =
                    Programs.collected(ssc.quarantined(aside()).map(QuarantineEntry::text));
            ssc.runBatches(1);
            return entries.get(0);
        }
    }

    private UUID checkpointOfTheQuarantine() throws IOException {
        try (Stream<Path> files = Files.list(aside())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("checkpoint-"))
                    .map(name -> UUID.fromString(name.substring("checkpoint-".length())))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void shouldKeepWhatEachRunWithoutACheckpointPutsAside() {
        run("", "a1", "a2");
        run("", "b1", "b2");
        run("", "c1");
        assertThat(texts()).containsExactly("a1", "a2", "b1", "b2", "c1");
        assertThat(aside()).isDirectoryContaining("glob:**/batch-1000.3.jsonl");
    }

    @Test
    void shouldRefuseTheDirectoryOfAnotherCheckpoint() throws IOException {
        run("first", "a1");
        run("first");
        String problem = "the directory of the quarantine, " + aside() + ", has records of the checkpoint with the id "
                + checkpointOfTheQuarantine() + "; set millrace.streaming.quarantine.directory to another directory,"
                + " or move that one away";

        try (StreamingContext ssc = program("second", "b1")) {
            assertThat(UpgradePlan.of(ssc).problems()).containsExactly(problem);
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining(problem);
            Files.move(aside(), directory.resolve("away"));
            ssc.runBatches(1);
        }
        assertThat(texts()).containsExactly("b1");
    }

    @Test
    void shouldNotMixRecordsOfACheckpointAndOfRunsWithoutOne() {
        run("", "a1");
        assertThatThrownBy(() -> run("first", "b1"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("the directory of the quarantine, " + aside()
                        + ", has records of runs without a checkpoint; set");
        assertThat(texts()).containsExactly("a1");
    }

    @Test
    void shouldRefuseTheDirectoryOfACheckpointToARunWithoutOne() {
        run("first", "a1");
        assertThatThrownBy(() -> run("", "b1"))
                .isInstanceOf(InvalidProgramException.class)
                .hasMessageContaining(", has records of the checkpoint with the id ");
        assertThat(texts()).containsExactly("a1");
    }
}
