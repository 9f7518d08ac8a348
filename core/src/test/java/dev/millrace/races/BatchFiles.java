/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** Files that name the batch they are of, and who wrote them. */
final class BatchFiles {
    private final Path directory;

    BatchFiles(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String name(OutputBatch batch, String more) {
        return String.join(
                "_",
                String.valueOf(batch.time().milliseconds()),
                String.valueOf(batch.epoch()),
                batch.checkpointId().toString(),
                batch.runId().toString(),
                more);
    }

    static OutputBatch batch(String name, String output) {
        String[] parts = name.split("_", -1);
        return new OutputBatch(
                new BatchTime(Long.parseLong(parts[0])),
                output,
                UUID.fromString(parts[2]),
                Long.parseLong(parts[1]),
                UUID.fromString(parts[3]));
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** The files of a batch that programs up to that batch's epoch have written. */
    List<String> names(OutputBatch batch) throws IOException {
        return names().stream()
                .filter(name -> {
                    OutputBatch of = batch(name, batch.outputName());
                    return of.time().equals(batch.time()) && of.epoch() <= batch.epoch();
                })
                .toList();
    }

    List<OutputBatch> receipts(String output, BatchTime after) throws IOException {
        return names().stream()
                .map(name -> batch(name, output))
                .filter(batch -> batch.time().isAfter(after))
                .distinct()
                .toList();
    }

    void delete(OutputBatch batch) throws IOException {
        for (String name : names(batch)) {
            Files.deleteIfExists(path(name));
        }
    }

    /** The lines of each batch, by its time in ms. */
    Map<Long, List<String>> byBatch() throws IOException {
        Map<Long, List<String>> all = new TreeMap<>();
        for (String name : names()) {
            all.computeIfAbsent(batch(name, "").time().milliseconds(), time -> new ArrayList<>())
                    .addAll(Files.readAllLines(path(name)));
        }
        return all;
    }
}
