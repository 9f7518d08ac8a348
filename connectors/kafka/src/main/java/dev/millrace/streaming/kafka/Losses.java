/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.spi.SourceContext;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Compares how far a partition has been read with what the brokers have of it. Driver loop. */
record Losses(SourceContext context, LostOffsets policy) {
    /**
     * Returns where to begin in a partition that nobody has read.
     *
     * @throws dev.millrace.error.RefusedException if the program or its group names an offset that is not in the log, and the program
     *     has not said what to do then
     */
    Place begin(Seen.Partition found) {
        Start start = found.start();
        boolean isBeyond = start.offset() > found.end();
        boolean isThere = start.offset() >= found.begin() && !isBeyond;
        if (isThere || start.said() == null) {
            return new Place(start.offset(), found.topicId(), found.epoch());
        }
        policy.notThere(
                context.operator(),
                start.said()
                        + (isBeyond
                                ? ", and the log ends at " + found.end()
                                : ", and what was before " + found.begin() + " is deleted, by retention or on demand"),
                start.change(),
                context);
        return goOn(found);
    }

    /**
     * Returns where to go on.
     *
     * @throws dev.millrace.error.RefusedException if records are lost, and the program has not said what to do then
     */
    Place check(TopicPartition partition, Place place, Seen.Partition found) {
        String problem = problem(partition, place, found);
        if (problem == null) {
            return place;
        }
        policy.lost(context.operator(), problem, context);
        return goOn(found);
    }

    /**
     * Returns what is to be read of a range that was planned, perhaps by an earlier run: nothing, if its topic was made again.
     *
     * @throws dev.millrace.error.RefusedException if that is so, and the program has not said what to do then
     */
    PlannedRange check(PlannedRange planned, Seen.@Nullable Partition found) {
        OffsetRange range = planned.range();
        if (found == null || range.count() == 0 || found.topicId().equals(planned.topicId())) {
            return planned;
        }
        policy.lost(
                context.operator(),
                "topic " + range.topic() + " was deleted and made again: a batch has the offsets " + range.fromOffset()
                        + " to "
                        + range.untilOffset() + " of partition " + range.partition() + " of " + planned.topicId()
                        + ", and it is " + found.topicId() + " now",
                context);
        OffsetRange nothing = OffsetRange.create(range.topicPartition(), range.fromOffset(), range.fromOffset());
        return new PlannedRange(nothing, planned.topicId(), planned.epoch());
    }

    private Place goOn(Seen.Partition found) {
        return new Place(policy == LostOffsets.LATEST ? found.end() : found.begin(), found.topicId(), found.epoch());
    }

    private static @Nullable String problem(TopicPartition partition, Place place, Seen.Partition found) {
        String name = PlannedRange.name(partition);
        if (!place.topicId().equals(found.topicId())) {
            return "topic " + partition.topic() + " was deleted and made again: it was read as " + place.topicId()
                    + ", in partition " + partition.partition() + " until offset " + place.next() + ", and is "
                    + found.topicId() + " now";
        }
        if (place.next() < found.begin()) {
            return "the offsets " + place.next() + " to " + found.begin() + " of " + name
                    + " are deleted, by retention or on demand; the log begins at " + found.begin();
        }
        if (place.next() > found.end()) {
            return "the log of " + name + " was cut: it was read until offset " + place.next() + ", and ends at "
                    + found.end() + " now";
        }
        return null;
    }
}
