/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.spi.Codec;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.spi.Source;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.QuarantineEntry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records that were in a quarantine when the program started, batch by batch. Its position is the last
 * batch that was read: files of decided batches come in order and do not change. A later one waits for the next start, so that a program that
 * reads its own quarantine does not chase records that fail again.
 *
 * @param codec asked when the program starts, which may declare types until then
 */
public record QuarantineSource<T>(Path directory, EntryReader<T> reader, int partitions, Supplier<Codec> codec)
        implements Source<T> {
    private static final int FILES_A_BATCH = 100;
    private static final String POSITION = "batch";

    @Override
    public String description() {
        return "quarantine in " + directory;
    }

    @Override
    public Cursor<T> open(@Nullable Map<Object, Object> position) {
        try {
            Object last = position == null ? null : position.get(POSITION);
            List<Long> there = QuarantineFiles.decided(directory).stream()
                    .map(BatchTime::milliseconds)
                    .filter(time -> last == null || time > (Long) last)
                    .toList();
            return new Waiting(there, codec.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Waiting implements Cursor<T> {
        private final Codec types;
        private List<Long> waiting;

        Waiting(List<Long> waiting, Codec types) {
            this.waiting = waiting;
            this.types = types;
        }

        @Override
        public InputSlice next(BatchTime batch) {
            List<Long> taken = waiting.subList(0, Math.min(FILES_A_BATCH, waiting.size()));
            waiting = waiting.subList(taken.size(), waiting.size());
            if (taken.isEmpty()) {
                return InputSlice.EMPTY;
            }
            return new InputSlice(
                    -1,
                    "what the batches " + taken + " put aside",
                    List.copyOf(taken),
                    Map.of(POSITION, taken.get(taken.size() - 1)));
        }

        @Override
        public PartitionedSource<T> read(InputSlice slice) {
            List<Long> batches =
                    slice.content().stream().map(time -> (Long) time).toList();
            return new Files<>(directory.toString(), batches, Math.min(partitions, batches.size()), reader, types);
        }

        @Override
        public void close() {}
    }

    private record Files<T>(String directory, List<Long> batches, int partitions, EntryReader<T> reader, Codec codec)
            implements PartitionedSource<T> {
        @Override
        public Iterator<T> read(int partition) {
            int from = (int) ((long) batches.size() * partition / partitions);
            int until = (int) ((long) batches.size() * (partition + 1) / partitions);
            return new ConcatIterator<>(batches.subList(from, until).iterator(), time -> file(new BatchTime(time)));
        }

        private Iterator<T> file(BatchTime batch) {
            try {
                BufferedReader lines = QuarantineFiles.open(Path.of(directory), batch);
                return new Entries<>(
                        lines,
                        lines.lines()
                                .map(line -> entry(batch, JsonLine.parse(line)))
                                .filter(reader::wants)
                                .map(entry -> reader.read(entry, codec))
                                .iterator());
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "what batch " + batch + " put aside cannot be read from " + directory + ": " + e, e);
            }
        }

        private static QuarantineEntry entry(BatchTime batch, QuarantinedRecord record) {
            return new QuarantineEntry(
                    batch, record.operator(), record.place(), record.error(), record.encoding(), record.raw());
        }
    }

    /** The entries of one file, which is closed at its end, or with the task. */
    private static final class Entries<T> implements Iterator<T>, AutoCloseable {
        private final BufferedReader file;
        private Iterator<T> entries;

        Entries(BufferedReader file, Iterator<T> entries) {
            this.file = file;
            this.entries = entries;
        }

        @Override
        public boolean hasNext() {
            if (entries.hasNext()) {
                return true;
            }
            entries = Collections.emptyIterator(); // some ask once more, and the file cannot be read any more
            close();
            return false;
        }

        @Override
        public T next() {
            return entries.next();
        }

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e); // it was only read
            }
        }
    }
}
