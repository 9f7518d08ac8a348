/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.CheckpointBackup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One checkpoint directory serves either engine: a program that moves goes on as if it had never moved. */
@ExtendWith(SparkHeldOpen.class)
class EngineHopTest {
    private static final int BATCHES = 30;

    @TempDir
    private Path directory;

    @Test
    void shouldGoOnAsIfNeverMovedWhenTheMasterChanges() throws IOException {
        Path input = Files.createDirectory(directory.resolve("in"));
        writeInput(input);
        HopProgram stayed = new HopProgram(input, directory.resolve("stayed"));
        stayed.run("local[2]", BATCHES);
        HopProgram moved = new HopProgram(input, directory.resolve("moved"));
        moved.run("local[2]", 10);
        moved.run(SparkHeldOpen.MASTER, 10);
        moved.run("local[2]", 10);

        assertThat(stayed.seen).hasSize(BATCHES);
        assertThat(stayed.seen.get(BATCHES - 1).totals()).isNotEmpty();
        assertThat(stayed.seen.stream().flatMap(batch -> batch.mapped().stream()))
                .anyMatch(text -> text.contains("ends with"));
        assertThat(moved.seen).isEqualTo(stayed.seen);
        List<List<String>> written = List.copyOf(outputs(stayed.output()).values());
        assertThat(written).hasSize(BATCHES);
        assertThat(List.copyOf(outputs(moved.output()).values())).isEqualTo(written);
    }

    /** Of a program on Spark: its backup goes on here, as the same checkpoint or as another, and gives what it would have given. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGoOnFromABackupOfTheOtherEngine(boolean asNew) throws IOException {
        Path input = Files.createDirectory(directory.resolve("input"));
        writeInput(input);
        HopProgram stayed = new HopProgram(input, directory.resolve("stayed"));
        stayed.run(SparkHeldOpen.MASTER, 8);
        Path backups = directory.resolve("backups");
        CheckpointBackup.take(directory.resolve("stayed/checkpoint"), backups, CheckpointBackup.Files.LINKED);
        stayed.run(SparkHeldOpen.MASTER, 8);
        HopProgram copy = new HopProgram(input, directory.resolve("copy"));
        Path checkpoint = directory.resolve("copy/checkpoint");
        if (asNew) {
            CheckpointBackup.restoreAsNew(backups, checkpoint);
        } else {
            CheckpointBackup.restore(backups, checkpoint, CheckpointBackup.Files.LINKED);
        }
        copy.run("local[2]", 8);
        assertThat(copy.seen).isEqualTo(stayed.seen.subList(8, 16));
        assertThat(outputs(copy.output())).hasSize(8);
        assertThat(outputs(stayed.output())).containsAllEntriesOf(outputs(copy.output()));
    }

    /** One file a batch, in the order of their times, with words that come, stay and go. */
    private static void writeInput(Path input) throws IOException {
        Random random = new Random(7);
        for (int batch = 0; batch < BATCHES; batch++) {
            StringBuilder text = new StringBuilder();
            for (int line = 0; line < 20; line++) {
                int word = batch / 3 + random.nextInt(6);
                text.append("w")
                        .append(word)
                        .append(" w")
                        .append(random.nextInt(40))
                        .append('\n');
            }
            Path file = input.resolve(String.format("%03d.txt", batch));
            Files.writeString(file, text);
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000L + 1000L * batch));
        }
    }

    /** The sorted lines of each batch, in order of the batches, whose times differ from run to run. */
    private static SortedMap<String, List<String>> outputs(Path output) throws IOException {
        Map<Path, List<Path>> byBatch;
        try (Stream<Path> files = Files.walk(output)) {
            byBatch = files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().startsWith("part"))
                    .collect(Collectors.groupingBy(Path::getParent));
        }
        SortedMap<String, List<String>> lines = new TreeMap<>();
        for (Map.Entry<Path, List<Path>> batch : byBatch.entrySet()) {
            List<String> all = new java.util.ArrayList<>();
            for (Path file : batch.getValue()) {
                all.addAll(Files.readAllLines(file));
            }
            lines.put(
                    batch.getKey().getFileName().toString(),
                    all.stream().sorted().toList());
        }
        return lines;
    }
}
