/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import org.apache.kafka.common.TopicPartition;

/** Limits that differ from partition to partition; the configuration's hold where it returns what it was given. Driver loop. */
public interface PerPartitionConfig {
    /**
     * The most records a second that a batch takes from a partition; 0 for no limit.
     *
     * @param configured what {@code millrace.streaming.kafka.maxRatePerPartition} says
     */
    double maxRatePerPartition(TopicPartition partition, double configured);

    /**
     * How many records a batch takes at least, if they are there, whatever the rates say.
     *
     * @param configured what {@code millrace.streaming.kafka.minRatePerPartition} says
     */
    default long minRatePerPartition(TopicPartition partition, long configured) {
        return configured;
    }
}
