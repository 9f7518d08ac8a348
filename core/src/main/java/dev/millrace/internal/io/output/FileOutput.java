/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.internal.files.Durably;
import dev.millrace.internal.files.OwnerOnly;
import dev.millrace.internal.files.SyncGroup;
import dev.millrace.spi.Codec;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files, a directory a batch and a file {@code part-00000} a partition. Tasks write parts under names that readers pass over; those that
 * won are gathered in one directory, which becomes visible in one step. Files that an earlier program left under the same name
 * are replaced. Partitions without records make no file, and batches without records no directory.
 *
 * @param <T> the type of the records
 */
public final class FileOutput<T> implements StagedOutput<T> {
    private final FileLayout layout;
    private final PartFormat format;
    private transient volatile @Nullable SyncGroup shared;

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

    /** Returns whether records go through the codec. */
    public boolean encodes() {
        return format instanceof PartFormat.Objects;
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
        createStagingDirectory();
        SyncGroup group = shared;
        SyncGroup syncs = group == null ? new SyncGroup() : group;
        Path staging = layout.staged(batch);
        Files.createDirectories(staging.resolve(Publication.WHOLE));
        String part = String.format(Locale.ROOT, "part-%05d.%d-%s", partition, attempt, UUID.randomUUID());
        format.write(staging, part, records, syncs);
        syncs.add(() -> Durably.sync(staging));
        syncs.add(() -> Durably.sync(layout.stagingDirectory()));
        if (group == null) {
            syncs.run();
        }
        return part;
    }

    /** Only its entrance is closed to others: what is in it goes out as it is when it is published. */
    private void createStagingDirectory() throws IOException {
        createOwnDirectory(layout.stagingDirectory(), "files are made ready to be published");
    }

    static void createOwnDirectory(Path directory, String purpose) throws IOException {
        if (Files.isSymbolicLink(directory)) {
            throw new IOException("the directory " + directory + ", in which " + purpose
                    + ", is a link, which is not followed; delete it");
        }
        OwnerOnly.createDirectory(directory);
    }

    @Override
    public void publish(OutputBatch batch, List<String> parts) throws IOException {
        FilesToPublish.publish(List.of(toPublish(batch, parts)));
    }

    /** The work of {@link #publish}, to be done together with that of other outputs. */
    public FilesToPublish toPublish(OutputBatch batch, List<String> parts) {
        return new FilesToPublish(layout, batch, parts);
    }

    /**
     * From now on what is staged in this process is durable only once {@code syncs} were carried out; they are together with
     * those of other outputs. Tasks in other processes go on syncing what they stage.
     */
    public void syncStagedWith(SyncGroup syncs) {
        shared = syncs;
    }

    @Override
    public void discard(OutputBatch batch) throws IOException {
        Path staging = layout.stagingDirectory();
        delete(layout.staged(batch));
        if (Files.isDirectory(staging)) {
            List<Path> entries = entries(staging);
            // asked after them: another program that has moved the batch aside, not what it replaced, moves it back
            boolean shown = Files.isDirectory(layout.published(batch));
            for (Path staged : entries) {
                String name = staged.getFileName().toString();
                if (StagedName.isBefore(name, batch) || shown && StagedName.isReplaced(name, batch)) {
                    delete(staged);
                }
            }
        }
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    @Override
    public void retract(OutputBatch batch) throws IOException {
        if (!receipts(batch).isOfSuccessor(batch)) {
            retractIfStillOwn(batch);
        }
    }

    /**
     * The files are first moved aside as a whole, so that no reader sees a part of the batch; discarding it finds them there
     * if that is interrupted. Then their owner is looked at once more: a successor that has published them since has left
     * a receipt before.
     */
    void retractIfStillOwn(OutputBatch batch) throws IOException {
        Path visible = layout.published(batch);
        Path aside = layout.staged(batch).resolve("retracted");
        if (Files.isDirectory(visible)) {
            delete(aside); // of a call that was interrupted
            createStagingDirectory();
            Durably.createDirectories(layout.staged(batch));
            Durably.move(visible, aside);
            if (receipts(batch).isOfSuccessor(batch)) {
                Durably.move(aside, visible);
                return;
            }
            Durably.sync(visible.resolveSibling(""));
        }
        receipts(batch).takeBack(batch);
        delete(layout.staged(batch));
    }

    /** Of a checkpoint with more batches than the receipts hold, the files themselves tell of those before. */
    @Override
    public List<OutputBatch> receipts(String outputName, BatchTime after) throws IOException {
        List<OutputBatch> receipts = new ArrayList<>();
        FileReceipts kept = new FileReceipts(layout.receiptsDirectory(), outputName);
        for (List<OutputBatch> ofCheckpoint : kept.byCheckpoint()) {
            ofCheckpoint.stream().filter(batch -> batch.time().isAfter(after)).forEach(receipts::add);
            OutputBatch first = ofCheckpoint.get(0);
            if (ofCheckpoint.size() == FileReceipts.MOST && first.time().isAfter(after)) {
                layout.publishedBatches().stream()
                        .filter(time -> time.isAfter(after) && first.time().isAfter(time))
                        .forEach(time -> receipts.add(
                                new OutputBatch(time, outputName, first.checkpointId(), first.epoch(), first.runId())));
            }
        }
        return receipts;
    }

    private FileReceipts receipts(OutputBatch batch) {
        return new FileReceipts(layout.receiptsDirectory(), batch.outputName());
    }

    /** Deletes a directory with all in it; another program may be deleting it, or writing there. */
    static void delete(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
                for (Path entry : entries) {
                    delete(entry);
                }
            } catch (NoSuchFileException e) {
                return;
            }
        }
        try {
            Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            // what was written meanwhile stays for the next call
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
