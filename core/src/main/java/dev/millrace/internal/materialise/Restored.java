/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.Tuple2;
import dev.millrace.internal.operators.Partitions;
import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a step held at the last commit, read from the checkpoint and given back to an engine. */
public sealed interface Restored {
    String step();

    /** Gives itself to the one method of an engine that is for it. */
    void into(Target target);

    /** What an engine does with each kind: one method a kind, so that the compiler finds an engine that forgot one. */
    interface Target {
        void restore(State state);

        void restore(Pane pane);
    }

    /**
     * Keys and values in their order; each goes to the partition that today's partitioner says.
     *
     * @param timed whether keys time out
     * @param entries to be gone through once, because they may be decoded meanwhile
     * @param about how many there are about, to make room for
     */
    record State(String step, Partitioner partitioner, boolean timed, Iterable<Entry> entries, long about)
            implements Restored {
        @Override
        public void into(Target target) {
            target.restore(this);
        }
    }

    /** @param touched when the key last had data, or {@link StateTable#UNTIMED} */
    record Entry(Object key, Object value, long touched) {
        /** The same, touched at {@code time} if it is not known when. */
        public Entry orTouchedAt(long time) {
            return touched != StateTable.UNTIMED ? this : new Entry(key, value, time);
        }
    }

    /**
     * A pane.
     *
     * @param partitioner where its pairs belong, or null if each part is a partition as it is
     * @param parts the records of each partition that it had, in order; decoded while they are gone through, which must be to
     *     the end and once
     */
    record Pane(String step, BatchTime time, @Nullable Partitioner partitioner, Iterator<Iterator<Object>> parts)
            implements Restored {
        @Override
        public void into(Target target) {
            target.restore(this);
        }

        /**
         * Gives each record to the partition that it belongs to today.
         *
         * @param open makes a partition
         * @param partitions is given all of them, those that are empty too
         */
        public <P> void place(Supplier<P> open, BiConsumer<P, Object> add, List<P> partitions) {
            for (int p = 0; partitioner != null && p < partitioner.numPartitions(); p++) {
                partitions.add(open.get());
            }
            while (parts.hasNext()) {
                Iterator<Object> records = parts.next();
                if (partitioner == null) {
                    P partition = open.get();
                    partitions.add(partition);
                    records.forEachRemaining(record -> add.accept(partition, record));
                } else {
                    records.forEachRemaining(record -> add.accept(
                            partitions.get(Partitions.of(partitioner, ((Tuple2<?, ?>) record)._1(), null)), record));
                }
            }
        }
    }

    /**
     * A piece of a partition of a pane as it was kept.
     *
     * @param time of the pane's batch, in milliseconds
     * @param piece its number in the partition
     * @param records to be gone through before the next part is asked for
     */
    record Part(long time, int partition, int piece, Iterator<Object> records) {}
}
