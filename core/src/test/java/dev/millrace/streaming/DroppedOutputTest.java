/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An output that the program no longer has, with something left to do. */
class DroppedOutputTest {
    private static final String DROP = "millrace.streaming.checkpoint.dropOrphans";

    @TempDir
    private Path directory;

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

    /** A program with an output that stays, and perhaps another one. */
    private StreamingContext program(MillraceConf conf, boolean withOther) {
        StreamingContext ssc = Programs.local(conf);
        ssc.checkpoint(checkpoint().toString());
        DStream<Integer> numbers = Programs.batches(ssc, List.of(1), List.of(2), List.of(3), List.of(4))
                .named("numbers");
        numbers.to(StreamingContext.textFiles(directory.resolve("stays").toString()))
                .named("stays");
        if (withOther) {
            numbers.to(StreamingContext.textFiles(directory.resolve("goes").toString()))
                    .named("goes");
        }
        return ssc;
    }

    private void run(MillraceConf conf, boolean withOther, int batches) {
        try (StreamingContext ssc = program(conf, withOther)) {
            ssc.runBatches(batches);
        }
    }

    private List<String> published(String output) throws IOException {
        Path place = directory.resolve(output);
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private void refused(String found, String work) {
        assertThatThrownBy(() -> run(new MillraceConf(), false, 1))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("This program cannot start on the checkpoint " + checkpoint() + ":\n  - " + found
                        + ", which the program no longer has; bring it back for one start: .to(...).named(\"goes\"), or"
                        + " let nobody " + work + ": conf.set(\"" + DROP + "\", \"goes\")");
    }

    private String planned(MillraceConf conf) {
        try (StreamingContext ssc = program(conf, false)) {
            return UpgradePlan.of(ssc).toString();
        }
    }

    @Test
    void shouldNeverBePublishedIfItIsDropped() throws IOException {
        run(new MillraceConf(), true, 1);
        CrashPoint.observe(point -> {
            if (point == CrashPoint.DECIDED) {
                throw new Crash();
            }
        });
        assertThatThrownBy(() -> run(new MillraceConf(), true, 1)).hasRootCauseInstanceOf(Crash.class);
        observeNoMore();
        refused("batch 2000 ms is decided and staged for the output goes", "publish it");
        MillraceConf dropping = new MillraceConf().set(DROP, "goes");
        assertThat(planned(dropping))
                .contains(
                        "  dropped   output  goes     what is staged of 1 batch is never published, and stays where it is\n");
        run(dropping, false, 1);
        run(new MillraceConf(), false, 0); // dropped for good
        run(new MillraceConf(), true, 1);
        assertThat(published("stays")).hasSize(4);
        assertThat(published("goes")).hasSize(2); // the first and the last
    }

    @Test
    void shouldTakeNothingBackIfItIsDropped() throws IOException {
        run(new MillraceConf(), true, 3);
        CheckpointRollback.carryOut(checkpoint(), BatchTime.of(1000));
        refused("batch 3000 ms was rolled back, and the output goes had published it", "take it back");
        MillraceConf dropping = new MillraceConf().set(DROP, "goes");
        assertThat(planned(dropping))
                .contains(
                        "  dropped   output  goes     what it has published of 2 batches that were rolled back stays\n");
        run(dropping, false, 0);
        assertThat(published("stays")).hasSize(3); // taken back, and run again
        run(new MillraceConf(), false, 1);
        assertThat(published("goes")).hasSize(3);
    }

    @Test
    void shouldBeNoErrorIfNothingOfItWasKept() {
        run(new MillraceConf(), false, 1);
        MillraceConf dropping = new MillraceConf().set(DROP, "goes");
        assertThat(planned(dropping))
                .contains(DROP + " names goes, of which nothing is kept that could be dropped.\n", "would start");
        run(dropping, false, 1);
    }
}
