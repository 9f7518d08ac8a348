/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A table that several processes share: a batch's rows are one file, whose name is its receipt. */
record FolderTable(Path folder) implements TransactionalOutput<String> {
    private Path file(OutputBatch batch) {
        return folder.resolve(batch.time().milliseconds() + "," + batch.outputName() + "," + batch.checkpointId() + ","
                + batch.epoch() + "," + batch.runId());
    }

    private static OutputBatch receipt(String name) {
        String[] parts = name.split(",", -1);
        return new OutputBatch(
                new BatchTime(Long.parseLong(parts[0])),
                parts[1],
                UUID.fromString(parts[2]),
                Long.parseLong(parts[3]),
                UUID.fromString(parts[4]));
    }

    private List<OutputBatch> receipts() throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> receipt(file.getFileName().toString())).toList();
        }
    }

    List<String> rows() throws IOException {
        List<String> rows = new ArrayList<>();
        for (OutputBatch batch : receipts()) {
            rows.addAll(Files.readAllLines(file(batch)));
        }
        return rows.stream().sorted().toList();
    }

    @Override
    public boolean isPublished(OutputBatch batch) {
        return Files.exists(file(batch));
    }

    @Override
    public void write(OutputBatch batch, Iterator<String> records) throws IOException {
        List<String> rows = new ArrayList<>();
        records.forEachRemaining(rows::add);
        Path aside = Files.createTempFile("millrace-rows", "");
        Files.write(aside, rows);
        Files.createDirectories(folder);
        Files.move(aside, file(batch), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void retract(OutputBatch batch) throws IOException {
        for (OutputBatch written : receipts()) {
            if (written.time().equals(batch.time()) && written.epoch() <= batch.epoch()) {
                Files.delete(file(written));
            }
        }
    }

    @Override
    public List<OutputBatch> receipts(String outputName, BatchTime after) throws IOException {
        return receipts().stream()
                .filter(batch ->
                        batch.outputName().equals(outputName) && batch.time().isAfter(after))
                .toList();
    }
}
