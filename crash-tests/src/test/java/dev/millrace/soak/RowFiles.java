/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A store with transactions, for processes that are killed: each is a file, whose name is the receipt, and which is
 * there or not.
 */
final class RowFiles implements TransactionalOutput<String> {
    private final Path directory;

    RowFiles(Path directory) {
        this.directory = directory;
    }

    private Path file(OutputBatch batch) {
        return directory.resolve("%020d_%s_%s_%d"
                .formatted(batch.time().milliseconds(), batch.checkpointId(), batch.runId(), batch.epoch()));
    }

    @Override
    public boolean isPublished(OutputBatch batch) {
        return Files.exists(file(batch));
    }

    @Override
    public List<OutputBatch> receipts(String outputName, BatchTime after) throws IOException {
        List<OutputBatch> receipts = new ArrayList<>();
        for (Path file : files(directory)) {
            String[] parts = file.getFileName().toString().split("_");
            if (time(file) > after.milliseconds()) {
                receipts.add(new OutputBatch(
                        new BatchTime(time(file)),
                        outputName,
                        UUID.fromString(parts[1]),
                        Long.parseLong(parts[3]),
                        UUID.fromString(parts[2])));
            }
        }
        return receipts;
    }

    @Override
    public void write(OutputBatch batch, Iterator<String> rows) throws IOException {
        Path hidden = directory.resolve(".coming");
        Files.deleteIfExists(hidden); // it may be another name of a file that is published
        Files.write(hidden, (Iterable<String>) () -> rows);
        Files.createLink(file(batch), hidden); // fails if it is there
        Files.delete(hidden);
    }

    /** All transactions, in the order of their batches. */
    static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    static long time(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(0, name.indexOf('_')));
    }

    @Override
    public String destination() {
        return directory.toString();
    }

    @Override
    public String toString() {
        return "the rows in " + directory;
    }
}
