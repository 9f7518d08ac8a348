/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What is read, with which settings, and where a program begins that has no checkpoint; made by {@link ConsumerStrategies}.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class ConsumerStrategy<K, V> {
    private final Subscription subscription;
    private final Map<String, Object> settings;
    private final Beginning beginning;

    ConsumerStrategy(Subscription subscription, Map<String, Object> settings, Beginning beginning) {
        this.subscription = subscription;
        this.settings = settings;
        this.beginning = beginning;
    }

    static <K, V> ConsumerStrategy<K, V> of(
            Subscription subscription, Map<String, Object> settings, Map<TopicPartition, Long> offsets) {
        return new ConsumerStrategy<>(subscription, Map.copyOf(settings), new Beginning(Map.copyOf(offsets), null));
    }

    /**
     * The same, but a program without a checkpoint begins in each partition at the first record that is not older than a time, or at the
     * end if there is none. Offsets that are given go before.
     */
    public ConsumerStrategy<K, V> startingAt(Instant time) {
        return new ConsumerStrategy<>(subscription, settings, new Beginning(beginning.offsets(), time.toEpochMilli()));
    }

    Subscription subscription() {
        return subscription;
    }

    Map<String, Object> settings() {
        return settings;
    }

    Beginning beginning() {
        return beginning;
    }

    /**
     * Where a program begins that has no checkpoint, before the group's offsets and {@code auto.offset.reset} are asked.
     *
     * @param timestamp in milliseconds, or null
     */
    record Beginning(
            Map<TopicPartition, Long> offsets, @Nullable Long timestamp) {
        static final Beginning OF_THE_GROUP = new Beginning(Map.of(), null);

        Beginning {
            offsets.forEach((partition, offset) -> {
                if (offset < 0) {
                    throw new IllegalArgumentException("the start offset " + offset + " is given for "
                            + PlannedRange.name(partition) + "; an offset is 0 or more: leave it out to begin where the"
                            + " group is, or as auto.offset.reset says");
                }
            });
        }
    }
}
