/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ValueBlockReader;
import dev.millrace.internal.codec.ValueBlockWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sequences of entries in a file, each to be read in the order in which it was written. An entry that the codec does not
 * know stays in memory with all that follow it in its sequence, so writing never fails for a type; it only frees nothing
 * then. Written by one thread; read by any number once it is complete.
 */
@SuppressWarnings("NullAway") // values may be null
public final class Spill implements AutoCloseable {
    private static final int BUFFERS = 1 << 20;
    private static final int LARGEST_BLOCK = 1 << 15;
    private static final int SMALLEST_BLOCK = 1 << 10;

    private final MemorySpace space;
    private final int parts;
    private final int blockBytes;
    private final Sequence[] sequences;
    private final Reservation stayed;
    private @Nullable SpillFile file;

    Spill(MemorySpace space, int streams, int parts) {
        this.space = space;
        this.parts = parts;
        blockBytes = Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, BUFFERS / streams));
        sequences = new Sequence[streams];
        stayed = space.reservation();
    }

    private static final class Sequence {
        private final List<Integer> blocks = new ArrayList<>(1); // in the file
        private final List<Object[]> inMemory = new ArrayList<>(0);
        private @Nullable ValueBlockWriter open;
    }

    /** Adds an entry to a sequence. */
    public void add(int stream, Object... entry) {
        Sequence sequence = sequences[stream];
        if (sequence == null) {
            sequence = new Sequence();
            sequence.open = new ValueBlockWriter(space.codec());
            sequences[stream] = sequence;
        }
        if (sequence.open != null) {
            try {
                sequence.open.write(entry);
                if (sequence.open.size() >= blockBytes) {
                    flush(sequence);
                }
                return;
            } catch (CodecException e) {
                space.staysInMemory(e);
                flush(sequence);
                sequence.open = null;
            }
        }
        sequence.inMemory.add(entry);
        stayed.setTo(stayed.held() + SizeEstimate.of(entry));
    }

    private void flush(Sequence sequence) {
        if (sequence.open == null || sequence.open.size() == 0) {
            return;
        }
        try {
            if (file == null) {
                file = space.newFile();
            }
            sequence.blocks.add(file.append(sequence.open.takeBlock()));
        } catch (IOException e) {
            throw space.cannotSpill(e);
        }
    }

    /** Ends the writing of one sequence, which then needs no room for what is not written yet. */
    public void end(int stream) {
        Sequence sequence = sequences[stream];
        if (sequence != null) {
            flush(sequence);
            sequence.open = null;
        }
    }

    /** Ends the writing. */
    public void complete() {
        for (int stream = 0; stream < sequences.length; stream++) {
            end(stream);
        }
        try {
            if (file != null) {
                file.complete();
                space.spilled();
            }
        } catch (IOException e) {
            throw space.cannotSpill(e);
        }
    }

    /** The memory that this needs in spite of being a spill. */
    public long bytesInMemory() {
        return stayed.held();
    }

    /** The bytes that it has written. */
    public long bytesOnDisk() {
        return file == null ? 0 : file.bytes();
    }

    public boolean isEmpty(int stream) {
        return sequences[stream] == null;
    }

    /** The entries of a sequence; close it when they are not read to the end. */
    public ConcatIterator<Object[]> read(int stream) {
        return read(stream, entry -> entry);
    }

    /** Reads one of the sequences, whose entries are rows. */
    <T> ConcatIterator<T> read(int stream, HeldRows.Row<T> row) {
        return read(stream, entry -> row.of(entry[0], parts == 1 ? null : entry[1]));
    }

    private <T> ConcatIterator<T> read(int stream, Function<Object[], T> give) {
        Reading reading = new Reading();
        return reading.read(stream, give, reading);
    }

    /** Reads several sequences through one open file, one block of each at a time. One thread. */
    public Reading reading() {
        return new Reading();
    }

    /** A file that is open for reading from when the first block is asked for. */
    public final class Reading implements AutoCloseable {
        private final SpillFile.@Nullable Reader reader = file == null ? null : file.new Reader();

        private Reading() {}

        /** The entries of a sequence. */
        public Iterator<Object[]> read(int stream) {
            return read(stream, entry -> entry, () -> {});
        }

        private <T> ConcatIterator<T> read(int stream, Function<Object[], T> give, AutoCloseable shared) {
            Sequence sequence = sequences[stream];
            List<Supplier<Iterator<T>>> pieces = new ArrayList<>();
            if (sequence != null) {
                sequence.blocks.forEach(block -> pieces.add(() -> entries(reader.read(block), give)));
                pieces.add(() -> sequence.inMemory.stream().map(give).iterator());
            }
            return new ConcatIterator<>(pieces.iterator(), Supplier::get, shared);
        }

        @Override
        public void close() {
            if (reader != null) {
                reader.close();
            }
        }
    }

    private <T> Iterator<T> entries(byte[] bytes, Function<Object[], T> give) {
        ValueBlockReader block = new ValueBlockReader(space.codec(), bytes);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return block.hasNext();
            }

            @Override
            public T next() {
                Object[] entry = new Object[parts];
                for (int i = 0; i < parts; i++) {
                    entry[i] = block.next();
                }
                return give.apply(entry);
            }
        };
    }

    /** Deletes the file. */
    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
        stayed.close();
    }
}
