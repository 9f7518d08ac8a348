/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.internal.changes.StepChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs of bytes on disk, read back in the order in which they were appended, and appended to for as long as they are kept.
 * After a failed append what was there before can still be read, and nothing may be appended any more. Not thread safe.
 */
public final class SpilledBlocks implements AutoCloseable {
    private final SpillFile file;
    private final List<Long> positions = new ArrayList<>();
    private long bytes;

    SpilledBlocks(SpillFile file) {
        this.file = file;
    }

    public void append(byte[] block) throws IOException {
        positions.add(file.append(block));
        bytes += block.length;
    }

    /** Reads no more than the first {@code count} from now on. */
    public void forgetAfter(int count) {
        positions.subList(count, positions.size()).clear();
    }

    /** The number of blocks. */
    public int size() {
        return positions.size();
    }

    public long bytes() {
        return bytes;
    }

    /**
     * Gives each block, in order.
     *
     * @throws dev.millrace.error.MillraceException if they cannot be read, or are not what was written
     */
    public void forEach(Consumer<byte[]> each) {
        try (SpillFile.Reader reader = file.new Reader()) {
            for (long position : positions) {
                each.accept(reader.read(position));
            }
        }
    }

    /**
     * The same for who may fail.
     *
     * @throws IOException what the sink throws
     */
    void writeTo(StepChanges.Sink sink) throws IOException {
        try (SpillFile.Reader reader = file.new Reader()) {
            for (long position : positions) {
                sink.add(reader.read(position));
            }
        }
    }

    /** Deletes the file. */
    @Override
    public void close() {
        file.close();
    }
}
