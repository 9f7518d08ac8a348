/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/**
 * The data that receivers have stored for a batch: blocks one after the other, cut by record index into partitions of almost equal
 * length. Blocks can be read until the batch is retired.
 */
public final class BlocksNode<T> extends RddNode<T> {
    private final List<? extends Block<T>> blocks;
    private final long records;

    public BlocksNode(Operator operator, List<? extends Block<T>> blocks, int partitions) {
        super(operator, partitions, null, List.of());
        this.blocks = List.copyOf(blocks);
        records = blocks.stream().mapToLong(Block::records).sum();
    }

    /** Records that arrived together, in memory or elsewhere. */
    public interface Block<T> {
        long records();

        /**
         * Reads records that follow each other; may be called by several threads, and again.
         *
         * @param from how many records come before it
         * @param count how many are read; fewer come if the block puts some aside
         */
        Iterator<T> read(long from, long count) throws IOException;

        /** Returns the same records as {@link #read}, as something that can be sent to another process and is read there. */
        Portion<T> portion(long from, long count) throws IOException;

        /** Returns whether {@link #read} gives as many records as it is asked for, so that counting them needs no reading. */
        boolean isExact();
    }

    /** A run of the records of one block, on its own: still as bytes, and read in the task that it is sent to. */
    @FunctionalInterface
    public interface Portion<T> extends Serializable {
        Iterator<T> read();
    }

    public long records() {
        return records;
    }

    /** The portions of which one partition is made, for an engine whose tasks run elsewhere. */
    public List<Portion<T>> portions(int partition) {
        return new BlockRecords<>(blocks, bound(partition), bound(partition + 1)).portions();
    }

    /** The records of one partition, in order of arrival. */
    public Iterator<T> read(int partition) {
        return new BlockRecords<>(blocks, bound(partition), bound(partition + 1));
    }

    private long bound(int partition) {
        return records / partitions() * partition + Math.min(partition, records % partitions());
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
