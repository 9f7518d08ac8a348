/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

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

/** A table with transactions: the rows of a batch are one file, whose name is the receipt, and which is there as a whole. */
final class Table<T> implements TransactionalOutput<T> {
    private final BatchFiles rows;
    private final Path unfinished;
    private final Mischief mischief;

    Table(Path directory, Path unfinished, Mischief mischief) throws IOException {
        rows = new BatchFiles(directory);
        this.unfinished = Files.createDirectories(unfinished);
        this.mischief = mischief;
    }

    @Override
    public boolean isPublished(OutputBatch batch) throws IOException {
        mischief.at(Place.IS_PUBLISHED);
        return Files.exists(rows.path(BatchFiles.name(batch, "")));
    }

    @Override
    public void write(OutputBatch batch, Iterator<T> records) throws IOException {
        List<String> lines = new ArrayList<>();
        records.forEachRemaining(
                record -> lines.add(record instanceof Amount amount ? Amount.text(amount) : record.toString()));
        Path file = unfinished.resolve(UUID.randomUUID().toString());
        Files.write(file, lines);
        mischief.at(Place.WRITE);
        Files.createLink(rows.path(BatchFiles.name(batch, "")), file); // which fails for a second writer
    }

    @Override
    public void retract(OutputBatch batch) throws IOException {
        rows.delete(batch);
    }

    @Override
    public List<OutputBatch> receipts(String outputName, BatchTime after) throws IOException {
        return rows.receipts(outputName, after);
    }
}
