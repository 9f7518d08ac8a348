/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.output;

import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.files.Durably;
import dev.millrace.spi.Codec;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files, a directory a batch and a file {@code part-00000} a partition. Tasks write parts where nobody looks; those that
 * won are gathered in one directory, which becomes visible in one step. What an earlier program left under the same name
 * is replaced. Partitions without records make no file, and batches without records no directory.
 *
 * @param <T> the type of the records
 */
public final class FileOutput<T> implements StagedOutput<T> {
    private static final String WHOLE = "whole";

    private final FileLayout layout;
    private final PartFormat format;

    private FileOutput(FileLayout layout, PartFormat format) {
        this.layout = layout;
        this.format = format;
    }

    /** {@code DIR/batch-1000/part-00000}, a line a record, UTF-8. */
    public static FileOutput<Object> textFiles(String directory) {
        return new FileOutput<>(FileLayout.inDirectory(directory), new PartFormat.Text());
    }

    /** {@code prefix-1000.suffix/part-00000}, a line a record, UTF-8. */
    public static FileOutput<Object> textFiles(String prefix, String suffix) {
        return new FileOutput<>(FileLayout.ofNames(prefix, suffix), new PartFormat.Text());
    }

    /** {@code prefix-1000.suffix/part-00000}, encoded records. */
    public static <T> FileOutput<T> objectFiles(String prefix, String suffix, Codec codec) {
        return new FileOutput<>(FileLayout.ofNames(prefix, suffix), new PartFormat.Objects(codec));
    }

    @Override
    public String destination() {
        return layout.toString();
    }

    @Override
    public @Nullable String stage(OutputBatch batch, int partition, int attempt, Iterator<T> records)
            throws IOException {
        if (!records.hasNext()) {
            return null;
        }
        Path staging = Durably.createDirectories(layout.staged(batch));
        String part = String.format(Locale.ROOT, "part-%05d.%d-%s", partition, attempt, UUID.randomUUID());
        format.write(staging, part, records);
        Durably.sync(staging);
        return part;
    }

    @Override
    public void publish(OutputBatch batch, List<String> parts) throws IOException {
        Path visible = layout.published(batch);
        Path staging = layout.staged(batch);
        Path whole = staging.resolve(WHOLE);
        boolean done = !Files.isDirectory(whole)
                && parts.stream().noneMatch(part -> Files.exists(staging.resolve(part)))
                && Files.isDirectory(visible);
        if (parts.isEmpty() || done) {
            return;
        }
        Durably.createDirectories(whole);
        for (String part : parts) {
            gather(staging.resolve(part), whole.resolve(part.substring(0, part.indexOf('.'))));
        }
        Durably.sync(whole);
        if (!Files.isDirectory(whole)) {
            return; // who has taken over the checkpoint meanwhile has published it: that must stay
        }
        retract(batch); // of an earlier program
        Durably.move(whole, visible);
    }

    private void gather(Path staged, Path gathered) throws IOException {
        if (Files.exists(staged)) {
            Files.move(staged, gathered, StandardCopyOption.ATOMIC_MOVE);
            CrashPoint.PART_PUBLISHED.reach();
        } else if (!Files.exists(gathered)) {
            throw new IOException("the staged file " + staged + " is gone, and its batch was not published; something"
                    + " else deletes in " + layout.stagingDirectory() + ": stop that");
        }
    }

    @Override
    public void discard(OutputBatch batch) throws IOException {
        delete(layout.staged(batch));
    }

    @Override
    public void retract(OutputBatch batch) throws IOException {
        Path staging = layout.stagingDirectory();
        Path retracted = staging.resolve(layout.staged(batch).getFileName() + ".retracted");
        if (Files.isDirectory(layout.published(batch))) {
            delete(retracted); // of a call that was interrupted
            Durably.createDirectories(staging);
            Durably.move(layout.published(batch), retracted); // whole, so that no reader sees a part of the batch
            Durably.sync(layout.published(batch).resolveSibling(""));
        }
        delete(retracted);
    }

    private static void delete(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path file : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    @Override
    public Optional<List<String>> published(OutputBatch batch) throws IOException {
        List<String> shown = new ArrayList<>();
        if (Files.isDirectory(layout.published(batch))) {
            try (Stream<Path> parts = Files.list(layout.published(batch))) {
                for (Path part : (Iterable<Path>) parts.sorted()::iterator) {
                    shown.addAll(format.show(part));
                }
            }
        }
        return Optional.of(shown);
    }

    @Override
    public String toString() {
        return format + " in " + layout;
    }
}
