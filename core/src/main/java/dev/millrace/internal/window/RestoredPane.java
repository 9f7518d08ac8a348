/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.RestoredRecords;
import dev.millrace.internal.operators.Partitions;
import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A pane.
 *
 * @param partitioner where its pairs belong, or null if each part is a partition as it is
 * @param parts the records of each partition that it had, in order; decoded while they are gone through, which must be to
 *     the end and once
 */
public record RestoredPane(
        String step, BatchTime time, @Nullable Partitioner partitioner, Iterator<Iterator<Object>> parts)
        implements RestoredRecords {
    @Override
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
