/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.rocksdb;

import java.io.IOException;

/** One side of a measurement: counts the records of each key, over all batches. */
interface Counts extends AutoCloseable {
    /** Counts the next batch, and gives the sum of {@link #mixed} over its records, which does not depend on their order. */
    long count() throws Exception;

    /** Returns the number of bytes that it has on disk. */
    long bytesOnDisk() throws IOException;

    /** The amount that a record adds to the sum, by its key and the count with it. */
    static long mixed(String key, long count) {
        return key.hashCode() * count;
    }
}
