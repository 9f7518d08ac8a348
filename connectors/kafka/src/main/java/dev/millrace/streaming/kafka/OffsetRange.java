/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.io.Serializable;
import org.apache.kafka.common.TopicPartition;

/**
 * The offsets of one partition that a batch takes.
 *
 * @param fromOffset the first
 * @param untilOffset the one behind the last; there may be fewer records than offsets, because markers of transactions have offsets too
 *     and compaction deletes records
 */
public record OffsetRange(String topic, int partition, long fromOffset, long untilOffset) implements Serializable {
    /** A range; the same as the constructor. */
    public static OffsetRange create(String topic, int partition, long fromOffset, long untilOffset) {
        return new OffsetRange(topic, partition, fromOffset, untilOffset);
    }

    /** A range of a partition. */
    public static OffsetRange create(TopicPartition partition, long fromOffset, long untilOffset) {
        return new OffsetRange(partition.topic(), partition.partition(), fromOffset, untilOffset);
    }

    /** Checks that it does not end before it begins. */
    public OffsetRange {
        if (fromOffset < 0 || untilOffset < fromOffset) {
            throw new IllegalArgumentException("the offsets " + fromOffset + " to " + untilOffset + " of partition "
                    + partition + " of topic " + topic + " are no range; from 0 on, and not backwards");
        }
    }

    /** The partition. */
    public TopicPartition topicPartition() {
        return new TopicPartition(topic, partition);
    }

    /** The number of offsets; perhaps fewer are records. */
    public long count() {
        return untilOffset - fromOffset;
    }
}
