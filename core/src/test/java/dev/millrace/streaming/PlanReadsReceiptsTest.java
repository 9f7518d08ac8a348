/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rehearsal finds in the receipts of a checkpoint what a start finds there. */
class PlanReadsReceiptsTest {
    @TempDir
    Path directory;

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private StreamingContext program() {
        StreamingContext ssc = Programs.local(new MillraceConf());
        ssc.checkpoint(checkpoint().toString());
        Programs.batches(ssc, List.of("a"), List.of("b"), List.of("c"))
                .named("lines")
                .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                .named("files");
        return ssc;
    }

    private void run(int batches) {
        try (StreamingContext ssc = program()) {
            ssc.runBatches(batches);
        }
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path copy = to.resolve(from.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }

    private void planMustSayWhatAStartSays(String part) {
        Throwable planned = catchThrowable(() -> {
            try (StreamingContext ssc = program()) {
                UpgradePlan.of(ssc);
            }
        });
        Throwable started = catchThrowable(() -> run(1));
        assertThat(started).isInstanceOf(CheckpointException.class).hasMessageContaining(part);
        assertThat(planned).isInstanceOf(CheckpointException.class).hasMessage(started.getMessage());
    }

    @Test
    void shouldFindADamagedFile() throws IOException {
        run(2);
        Path receipts = files(checkpoint().resolve("receipts")).get(0);
        byte[] bytes = Files.readAllBytes(receipts);
        bytes[bytes.length / 2] ^= 1;
        Files.write(receipts, bytes);
        planMustSayWhatAStartSays(" is damaged at byte ");
    }

    @Test
    void shouldFindThatReceiptsKnowMoreThanTheJournal() throws IOException {
        run(1);
        copy(checkpoint().resolve("journal"), directory.resolve("journal"));
        run(2);
        delete(checkpoint().resolve("journal"));
        copy(directory.resolve("journal"), checkpoint().resolve("journal"));
        planMustSayWhatAStartSays(
                " does not know that it decided batch 2000 ms, which the outputs [files] have published");
    }

    @Test
    void shouldFindReceiptsOfAnotherCopy() throws IOException {
        run(1);
        copy(checkpoint(), directory.resolve("copy"));
        run(1);
        copy(checkpoint().resolve("receipts"), directory.resolve("receipts"));
        delete(checkpoint());
        copy(directory.resolve("copy"), checkpoint());
        delete(directory.resolve("out"));
        run(2);
        delete(checkpoint().resolve("receipts"));
        copy(directory.resolve("receipts"), checkpoint().resolve("receipts"));
        planMustSayWhatAStartSays(
                "which is not in the past of this copy: the directory receipts is that of another copy");
    }
}
