/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputPart;
import dev.millrace.spi.OutputRun;
import dev.millrace.spi.PartedOutput;
import dev.millrace.spi.RowEncoder;
import dev.millrace.spi.StagedOutput;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes a transactional output one in two phases, so that its rows are decided with everything else of the batch: tasks
 * set encoded rows aside, in the decision or in a directory of the batch ({@link StagedFrames}), and publishing hands them to the sink,
 * whose receipt makes a second time harmless.
 */
public final class StagedRows<T> implements StagedOutput<T> {
    private final transient TransactionalOutput<T> sink; // stays in the driver process; tasks only stage
    private final RowsPlace place;
    private final transient @Nullable BeforeFiles beforeFiles; // stays there too
    private @Nullable RowEncoder<T> encoder;
    private int parts = 1;

    /** Makes durable what must be durable before rows are put into files, which a power failure may leave. */
    public interface BeforeFiles {
        void run() throws IOException;
    }

    /** @param beforeFiles is called by tasks that run in this process; for others it has to be called before they begin */
    public StagedRows(TransactionalOutput<T> sink, RowsPlace place, BeforeFiles beforeFiles) {
        this.sink = sink;
        this.place = place;
        this.beforeFiles = beforeFiles;
    }

    /** The output of the program. */
    public TransactionalOutput<T> sink() {
        return sink;
    }

    /** Returns where the receipts of the output are, if it can tell; called before anything is staged or published. */
    public Optional<String> open(OutputRun run) throws Exception {
        sink.open(run);
        if (sink instanceof PartedOutput<T> parted) {
            encoder = parted.encoder();
            parts = parted.parts();
            return Optional.of(parted.place());
        }
        return Optional.empty();
    }

    /** Has the output let go of what it has opened. */
    public void close() throws Exception {
        sink.close();
    }

    @Override
    public String destination() {
        return sink.destination();
    }

    @Override
    public @Nullable String stage(OutputBatch batch, int partition, int attempt, Iterator<T> records)
            throws IOException {
        if (!records.hasNext()) {
            return null;
        }
        String file = RowFiles.newName(partition, attempt);
        Iterator<?> rows = encoder == null ? records : new EncodedRows<>(records, encoder);
        BeforeFiles first = beforeFiles == null ? () -> {} : beforeFiles;
        try (StagedFrames frames = new StagedFrames(place, place.path(batch) + "/" + file, partition, first)) {
            ObjectFile.append(frames, place.codec(), rows);
            return StagedPart.text(file, partition, parts, frames.end());
        }
    }

    @Override
    public void publish(OutputBatch batch, List<String> files) throws Exception {
        if (files.isEmpty()) {
            return;
        }
        if (sink instanceof PartedOutput<T> parted) {
            publishParts(parted, batch, files);
        } else {
            List<StagedPart> staged = files.stream().map(StagedPart::of).toList();
            WaitingRows<T> rows = new WaitingRows<>(place, batch, staged, sink);
            publish(() -> sink.isPublished(batch), rows, () -> sink.write(batch, rows.iterator()));
        }
    }

    private void publishParts(PartedOutput<T> parted, OutputBatch batch, List<String> files) throws Exception {
        Map<OutputPart, List<StagedPart>> parts = files.stream()
                .map(StagedPart::of)
                .collect(Collectors.groupingBy(
                        staged -> staged.part(batch), () -> new TreeMap<>(StagedPart.ORDER), Collectors.toList()));
        List<SideBySide.Work> works = parts.entrySet().stream()
                .<SideBySide.Work>map(part -> () -> publishPart(parted, part.getKey(), part.getValue()))
                .toList();
        SideBySide.run("millrace-writer-" + batch.outputName(), works);
    }

    private void publishPart(PartedOutput<T> parted, OutputPart part, List<StagedPart> staged) throws Exception {
        WaitingRows<byte[]> rows = new WaitingRows<>(place, part.batch(), staged, sink);
        publish(() -> parted.isPublished(part), rows, () -> parted.write(part, rows));
    }

    private interface Question {
        boolean ask() throws Exception;
    }

    private static void publish(Question isPublished, WaitingRows<?> rows, SideBySide.Work write) throws Exception {
        if (isPublished.ask()) {
            return;
        }
        try (rows) {
            write.run();
        } catch (Exception e) {
            if (!isPublishedAfterAll(isPublished, e)) {
                throw e;
            }
        }
        CrashPoint.TRANSACTION_COMMITTED.reach();
    }

    /** By the program that this one has taken over from, or that has taken over; or the answer to the commit was lost. */
    private static boolean isPublishedAfterAll(Question isPublished, Exception failure) {
        try {
            return isPublished.ask();
        } catch (Exception e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    @Override
    public void discard(OutputBatch batch) throws IOException {
        place.discard(batch);
    }

    @Override
    public void retract(OutputBatch batch) throws Exception {
        sink.retract(batch);
    }

    @Override
    public List<OutputBatch> receipts(String outputName, BatchTime after) throws Exception {
        return sink.receipts(outputName, after);
    }

    @Override
    public Optional<List<String>> published(OutputBatch batch) throws Exception {
        return sink.published(batch);
    }

    @Override
    public String shown(T record) {
        return sink.shown(record);
    }

    @Override
    public String toString() {
        return sink.toString();
    }
}
