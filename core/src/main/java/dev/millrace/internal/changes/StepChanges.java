/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.changes;

import java.io.IOException;
import java.util.List;

/**
 * The changes of a step in one partition, for the change log: encoded blocks, which may be held on disk or be fetched one
 * after the other. They stay until they are closed, also when the batch is settled before. For one thread.
 */
public interface StepChanges extends AutoCloseable {
    /** Takes a block. */
    interface Sink {
        /** Takes one block, in order; the array is not changed afterwards. */
        void add(byte[] block) throws IOException;
    }

    /** Returns how many blocks there are; 0 if nothing has changed. */
    int blocks();

    /**
     * Gives on each block, in order.
     *
     * @throws IOException what the sink throws
     */
    void writeTo(Sink sink) throws IOException;

    /** Lets go of them. */
    @Override
    void close();

    /** Blocks that are in memory. */
    static StepChanges of(List<byte[]> blocks) {
        return new StepChanges() {
            @Override
            public int blocks() {
                return blocks.size();
            }

            @Override
            public void writeTo(Sink sink) throws IOException {
                for (byte[] block : blocks) {
                    sink.add(block);
                }
            }

            @Override
            public void close() {}
        };
    }
}
