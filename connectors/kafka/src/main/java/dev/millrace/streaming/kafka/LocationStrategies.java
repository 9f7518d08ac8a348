/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Where a cluster engine reads the partitions of topics. The methods have the names of the original. */
public final class LocationStrategies {
    private LocationStrategies() {}

    /** Where it likes. */
    public static LocationStrategy PreferConsistent() {
        return new LocationStrategy(false, Map.of());
    }

    /** On the hosts of the brokers, if executors run there. */
    public static LocationStrategy PreferBrokers() {
        return new LocationStrategy(true, Map.of());
    }

    /** On these hosts; partitions that are not named, where it likes. */
    public static LocationStrategy PreferFixed(Map<TopicPartition, String> hosts) {
        return new LocationStrategy(false, hosts);
    }
}
