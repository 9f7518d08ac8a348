/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** A range that a task cannot read, because not all of it is in the log any more. */
record LostRange(Reading<?, ?> reading, PlannedRange planned, Consumer<?, ?> consumer) {
    /**
     * Goes on as the program has chosen.
     *
     * @return whether the consumer stands at what is left of the range
     * @throws dev.millrace.error.RefusedException if the program has chosen nothing
     */
    boolean goOn(OffsetOutOfRangeException e) {
        TopicPartition partition = planned.partition();
        OffsetRange range = planned.range();
        long at = e.offsetOutOfRangePartitions().getOrDefault(partition, range.fromOffset());
        long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        String batch = "; a batch has the offsets " + range.fromOffset() + " to " + range.untilOffset();
        String name = PlannedRange.name(partition);
        boolean cut = e instanceof LogTruncationException || end < range.untilOffset();
        reading.lost()
                .lost(
                        reading.operator(),
                        cut
                                ? "the log of " + name
                                        + " was cut, and has other records or none from some offset before "
                                        + range.untilOffset() + " on; it ends at " + end + " now" + batch
                                : "the offsets " + at + " to " + Math.min(begin, range.untilOffset()) + " of " + name
                                        + " are deleted, by retention or on demand; the log begins at " + begin + batch,
                        Consumers.source(reading));
        boolean left =
                reading.lost() == LostOffsets.EARLIEST && begin < range.untilOffset() && end >= range.untilOffset();
        if (left) {
            consumer.seek(partition, Math.max(begin, at));
        }
        return left;
    }
}
