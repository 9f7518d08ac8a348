/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes a transactional output one in two phases, so that its rows are decided with everything else of the batch: tasks
 * write encoded rows into a directory of the batch, and publishing hands them to the sink, whose receipt makes a second
 * time harmless.
 */
public final class StagedRows<T> implements StagedOutput<T> {
    private final transient TransactionalOutput<T> sink; // stays in the driver process; tasks only stage
    private final RowsPlace place;

    public StagedRows(TransactionalOutput<T> sink, RowsPlace place) {
        this.sink = sink;
        this.place = place;
    }

    /** The output of the program. */
    public TransactionalOutput<T> sink() {
        return sink;
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
        String part = String.format(Locale.ROOT, "part-%05d.%d-%s", partition, attempt, UUID.randomUUID());
        ObjectFile.write(place.store(), place.path(batch) + "/" + part, place.codec(), records, place.writer());
        return part;
    }

    @Override
    public void publish(OutputBatch batch, List<String> parts) throws Exception {
        if (parts.isEmpty() || sink.isPublished(batch)) {
            return;
        }
        try (Rows rows = new Rows(batch, parts)) {
            sink.write(batch, rows);
        } catch (Exception e) {
            if (!isPublishedAfterAll(batch, e)) {
                throw e;
            }
        }
        CrashPoint.TRANSACTION_COMMITTED.reach();
    }

    /** By the program that this one has taken over from, or that has taken over; or the answer to the commit was lost. */
    private boolean isPublishedAfterAll(OutputBatch batch, Exception failure) {
        try {
            return sink.isPublished(batch);
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

    /** The rows of all parts, one open file at a time. */
    private final class Rows implements Iterator<T>, AutoCloseable {
        private final OutputBatch batch;
        private final Iterator<String> parts;
        private ObjectFile.@Nullable Records<T> open;

        Rows(OutputBatch batch, List<String> parts) {
            this.batch = batch;
            this.parts = parts.iterator();
        }

        @Override
        public boolean hasNext() {
            try {
                while ((open == null || !open.hasNext()) && parts.hasNext()) {
                    close();
                    open = read(parts.next());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return open != null && open.hasNext();
        }

        private ObjectFile.Records<T> read(String part) throws IOException {
            FileStore store = place.store();
            try {
                return ObjectFile.read(place.files(), place.path(batch) + "/" + part, place.codec());
            } catch (NoSuchFileException e) {
                throw new MillraceException(
                        "batch " + batch.time() + " of output \"" + batch.outputName() + "\" is not in " + sink
                                + ", and its rows in " + store.location()
                                + " are gone; they are deleted once the sink has"
                                + " them, so the sink was set back: restore it and the checkpoint from one backup",
                        e);
            }
        }

        @Override
        public T next() {
            if (!hasNext() || open == null) {
                throw new NoSuchElementException();
            }
            return open.next();
        }

        @Override
        public void close() throws IOException {
            if (open != null) {
                open.close();
            }
        }
    }
}
