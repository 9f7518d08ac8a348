/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.output;

import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.files.Durably;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Text files, a directory a batch: {@code DIR/batch-1000/part-00000}, a line a record, UTF-8. Parts are staged under
 * {@code DIR/.staging}, made durable, and moved into place when the batch is published; a reader that takes whole files
 * sees each line once. Partitions without records make no file, and batches without records no directory.
 */
public final class TextFileOutput implements StagedOutput<Object> {
    private final String directory;

    public TextFileOutput(String directory) {
        this.directory = directory;
    }

    @Override
    public String destination() {
        return Path.of(directory).toAbsolutePath().normalize().toString();
    }

    @Override
    public @Nullable String stage(OutputBatch batch, int partition, int attempt, Iterator<Object> records)
            throws IOException {
        if (!records.hasNext()) {
            return null;
        }
        Path staging = Durably.createDirectories(staging(batch));
        String part = String.format(Locale.ROOT, "part-%05d", partition);
        Path file = staging.resolve(part + "." + attempt + "-" + UUID.randomUUID());
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            OutputStream lines = new BufferedOutputStream(out, 64 * 1024);
            records.forEachRemaining(record -> writeLine(lines, record));
            lines.flush();
            out.getFD().sync();
        }
        Durably.sync(staging);
        return file.getFileName().toString();
    }

    private static void writeLine(OutputStream out, Object record) {
        try {
            out.write(String.valueOf(record).getBytes(StandardCharsets.UTF_8));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void publish(OutputBatch batch, List<String> parts) throws IOException {
        if (parts.isEmpty()) {
            return;
        }
        Path target = Durably.createDirectories(published(batch));
        for (String part : parts) {
            Path staged = staging(batch).resolve(part);
            Path visible = target.resolve(part.substring(0, part.indexOf('.')));
            if (Files.exists(staged)) {
                Files.move(staged, visible, StandardCopyOption.ATOMIC_MOVE);
                CrashPoint.PART_PUBLISHED.reach();
            } else if (!Files.exists(visible)) {
                throw new IOException("the staged file " + staged + " is gone, and " + visible
                        + " was not published; something else deletes in " + directory + ": stop that");
            }
        }
        Durably.sync(target);
    }

    @Override
    public void discard(OutputBatch batch) throws IOException {
        delete(staging(batch));
    }

    @Override
    public void retract(OutputBatch batch) throws IOException {
        Path visible = published(batch);
        Path staging = Path.of(directory).resolve(".staging");
        Path retracted = staging.resolve(name(batch) + ".retracted");
        if (Files.isDirectory(visible)) {
            delete(retracted); // of a call that was interrupted
            Durably.createDirectories(staging);
            Durably.move(visible, retracted); // whole, so that no reader sees a part of the batch
            Durably.sync(Path.of(directory));
        }
        delete(retracted);
    }

    private static void delete(Path parts) throws IOException {
        if (Files.isDirectory(parts)) {
            try (Stream<Path> left = Files.list(parts)) {
                for (Path file : (Iterable<Path>) left::iterator) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(parts);
        }
    }

    private Path published(OutputBatch batch) {
        return Path.of(directory).resolve("batch-" + batch.time().milliseconds());
    }

    private Path staging(OutputBatch batch) {
        return Path.of(directory).resolve(".staging").resolve(name(batch));
    }

    private static String name(OutputBatch batch) {
        return batch.outputName() + "-" + batch.time().milliseconds();
    }

    @Override
    public String toString() {
        return "text files in " + directory;
    }
}
