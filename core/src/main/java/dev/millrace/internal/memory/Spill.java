/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.error.CodecException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.codec.ValueBlockReader;
import dev.millrace.internal.codec.ValueBlockWriter;
import dev.millrace.internal.errors.Causes;
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
        private final List<Integer> blocks = new ArrayList<>(); // in the file
        private final List<Object[]> inMemory = new ArrayList<>();
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
            throw new MillraceException(
                    "data that finds no room in memory cannot be spilled: " + Causes.text(e)
                            + "; free space there, or set millrace.memory.spillDirectory or a larger"
                            + " millrace.memory.budget",
                    e);
        }
    }

    /** Ends the writing. */
    public void complete() {
        for (Sequence sequence : sequences) {
            if (sequence != null) {
                flush(sequence);
                sequence.open = null;
            }
        }
        try {
            if (file != null) {
                file.complete();
            }
        } catch (IOException e) {
            throw new MillraceException("spilled data cannot be written: " + Causes.text(e), e);
        }
    }

    /** The memory that this needs in spite of being a spill. */
    public long bytesInMemory() {
        return stayed.held();
    }

    public boolean isEmpty(int stream) {
        return sequences[stream] == null;
    }

    /** The entries of a sequence; close it when they are not read to the end. */
    public ConcatIterator<Object[]> read(int stream) {
        return read(stream, entry -> entry);
    }

    /** The same of entries that are rows. */
    <T> ConcatIterator<T> read(int stream, HeldRows.Row<T> row) {
        return read(stream, entry -> row.of(entry[0], parts == 1 ? null : entry[1]));
    }

    /** Reads one block at a time. */
    private <T> ConcatIterator<T> read(int stream, Function<Object[], T> give) {
        Sequence sequence = sequences[stream];
        List<Supplier<Iterator<T>>> pieces = new ArrayList<>();
        SpillFile.@Nullable Reader reader = file == null ? null : file.new Reader();
        if (sequence != null) {
            sequence.blocks.forEach(block -> pieces.add(() -> entries(reader.read(block), give)));
            pieces.add(() -> sequence.inMemory.stream().map(give).iterator());
        }
        return new ConcatIterator<>(pieces.iterator(), Supplier::get, reader == null ? () -> {} : reader);
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
