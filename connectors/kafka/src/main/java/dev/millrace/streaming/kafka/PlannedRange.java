/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.io.Serializable;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * A range as a plan holds it.
 *
 * @param topicId the id of the topic, so that another one of the same name is not taken for it; or empty if it is not known
 * @param epoch the leader's epoch at the range's beginning, by which the broker tells whether the log was cut before it; -1 if it is not known
 */
record PlannedRange(OffsetRange range, String topicId, int epoch) implements Serializable {
    TopicPartition partition() {
        return range.topicPartition();
    }

    List<Object> toData() {
        return List.of(
                range.topic(), range.partition(), range.fromOffset(), range.untilOffset(), topicId, (long) epoch);
    }

    static PlannedRange fromData(List<?> data) {
        OffsetRange range =
                new OffsetRange((String) data.get(0), (int) data.get(1), (long) data.get(2), (long) data.get(3));
        return new PlannedRange(range, (String) data.get(4), (int) (long) data.get(5));
    }

    /** For messages. */
    static String name(TopicPartition partition) {
        return "partition " + partition.partition() + " of topic " + partition.topic();
    }
}
