/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.changes;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/**
 * The changes of a step in one partition, for the change log: encoded blocks, which may be held on disk or be fetched one
 * after the other. They stay until they are closed, also when the batch is settled before. For one thread.
 *
 * @param blocks how many there are; 0 if nothing has changed
 * @param read gives them in order, as often as it is asked
 * @param release lets go of them
 */
public record StepChanges(int blocks, Supplier<? extends Iterator<byte[]>> read, Runnable release)
        implements AutoCloseable {
    /** Takes a block. */
    public interface Sink {
        /** Takes one block, in order; the array is not changed afterwards. */
        void add(byte[] block) throws IOException;
    }

    /** Blocks that are in memory. */
    public static StepChanges of(List<byte[]> blocks) {
        return new StepChanges(blocks.size(), blocks::iterator, () -> {});
    }

    /**
     * Gives on each block, in order.
     *
     * @throws IOException what the sink throws
     */
    public void writeTo(Sink sink) throws IOException {
        Iterator<byte[]> each = read.get();
        while (each.hasNext()) {
            sink.add(each.next());
        }
    }

    @Override
    public void close() {
        release.run();
    }
}
