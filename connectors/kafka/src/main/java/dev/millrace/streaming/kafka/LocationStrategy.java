/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Where a cluster engine reads partitions best; made by {@link LocationStrategies}. In one process it changes nothing. */
public final class LocationStrategy implements Serializable {
    private final boolean brokers;
    private final Map<TopicPartition, String> fixed;

    LocationStrategy(boolean brokers, Map<TopicPartition, String> fixed) {
        this.brokers = brokers;
        this.fixed = Map.copyOf(fixed);
    }

    /** @param leader the host of the partition's leader, if it is known */
    List<String> hosts(TopicPartition partition, @Nullable String leader) {
        String host = brokers ? leader : fixed.get(partition);
        return host == null ? List.of() : List.of(host);
    }
}
