/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.rdd.RDD;

/**
 * Has offset ranges: what {@link RDD#rdd()} gives of the first RDD of a stream from Kafka, so that {@code
 * ((HasOffsetRanges) rdd.rdd()).offsetRanges()} tells which offsets the batch has.
 */
public interface HasOffsetRanges {
    /** The ranges, in order of the partitions of the RDD; each partition is one range. */
    OffsetRange[] offsetRanges();

    /**
     * The ranges of an RDD.
     *
     * @throws IllegalArgumentException if it was not read from Kafka as it is; the message says so
     */
    static OffsetRange[] of(RDD<?> rdd) {
        if (rdd.rdd() instanceof HasOffsetRanges ranges) {
            return ranges.offsetRanges();
        }
        throw new IllegalArgumentException(rdd + " has no offset ranges, because it was not read from Kafka as it is;"
                + " ask the first RDD of the stream, before any operation on it");
    }
}
