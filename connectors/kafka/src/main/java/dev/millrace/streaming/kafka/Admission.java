/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.spi.SourceContext;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Limits the records that a batch takes of each partition: the rate that back-pressure has found, split by how much waits in each, at least the
 * least and at most the most of a partition. Driver loop, but for {@link #setRate}.
 */
final class Admission {
    private static final String MOST = "millrace.streaming.kafka.maxRatePerPartition";
    private static final String LEAST = "millrace.streaming.kafka.minRatePerPartition";

    private final double most;
    private final long least;
    private final double seconds;
    private final @Nullable PerPartitionConfig config;
    private volatile double rate = Double.POSITIVE_INFINITY;

    Admission(SourceContext context, @Nullable PerPartitionConfig config) {
        this(
                Double.parseDouble(context.option(MOST)),
                Long.parseLong(context.option(LEAST)),
                context.batchInterval(),
                config);
    }

    Admission(double most, long least, Duration interval, @Nullable PerPartitionConfig config) {
        this.most = most;
        this.least = least;
        this.config = config;
        seconds = interval.toNanos() / 1e9;
    }

    /** Sets the rate of all partitions together. Any thread. */
    void setRate(double recordsPerSecond) {
        rate = recordsPerSecond;
    }

    /** Cuts what waits in each partition to what a batch takes of it. */
    NavigableMap<TopicPartition, Long> admit(Map<TopicPartition, Long> waiting) {
        double total = waiting.values().stream().mapToDouble(Long::doubleValue).sum();
        NavigableMap<TopicPartition, Long> admitted = Seen.none();
        waiting.forEach((partition, lag) -> admitted.put(partition, Math.min(lag, most(partition, lag, total))));
        return admitted;
    }

    private long most(TopicPartition partition, long lag, double total) {
        double limit = config == null ? most : config.maxRatePerPartition(partition, most);
        double perSecond = limit > 0 ? limit : Double.POSITIVE_INFINITY;
        if (!Double.isInfinite(rate) && total > 0) {
            perSecond = Math.min(perSecond, rate * lag / total);
        }
        if (Double.isInfinite(perSecond)) {
            return Long.MAX_VALUE;
        }
        long floor = config == null ? least : config.minRatePerPartition(partition, least);
        return Math.max(floor, (long) (perSecond * seconds));
    }
}
