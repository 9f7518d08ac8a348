/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/**
 * Data from outside in partitions that can each be read again and again with the same result. Serializable, because a
 * cluster engine sends it to its workers.
 *
 * @param <T> the type of the records
 */
public interface PartitionedSource<T> extends Serializable {
    /** The number of partitions; always the same. */
    int partitions();

    /**
     * The records of one partition, read on the calling thread while the iterator is consumed. An iterator that is
     * {@link AutoCloseable} is closed at the end of the task.
     */
    Iterator<T> read(int partition) throws Exception;

    /** The hosts on which a partition is read best, or none; a cluster engine tries them first. */
    default List<String> preferredLocations(int partition) {
        return List.of();
    }
}
