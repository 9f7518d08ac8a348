/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import org.apache.kafka.clients.consumer.OffsetCommitCallback;

/**
 * Commits offsets to the consumer group: what {@code stream.inputDStream()} is for a stream from Kafka. A commit tells others how far the
 * program has come; the program itself goes by its checkpoint, and begins at the group's offsets only if it has none.
 */
public interface CanCommitOffsets {
    /** Commits the ends of the ranges, soon. A commit that is refused is logged as a warning. Any thread. */
    default void commitAsync(OffsetRange[] offsetRanges) {
        commitAsync(offsetRanges, null);
    }

    /**
     * Commits the ends of the ranges, soon. Any thread.
     *
     * @param callback is called once with the answer, on a thread of the client that must not be held up; or null
     * @throws IllegalStateException if the program does not run, or has set no {@code group.id}
     */
    void commitAsync(OffsetRange[] offsetRanges, @org.jspecify.annotations.Nullable OffsetCommitCallback callback);
}
