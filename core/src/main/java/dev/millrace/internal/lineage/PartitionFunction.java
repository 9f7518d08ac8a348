/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.io.Serializable;
import java.util.Iterator;

/** Makes the records of a partition of those of its parent's partition of the same number, which can be gone through once. */
@FunctionalInterface
public interface PartitionFunction<S, T> extends Serializable {
    /** @param partition of the dataset, which is not always that of the task */
    Iterator<? extends T> call(int partition, Iterator<S> records) throws Exception;
}
