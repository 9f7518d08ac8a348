/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The records of a batch: ranges of offsets, each a partition. Goes with tasks. */
final class KafkaRanges<K, V> implements PartitionedSource<ConsumerRecord<K, V>>, HasOffsetRanges {
    /** The first entry of a slice's content. */
    static final String FORMAT = "kafka ranges";

    private final Reading<K, V> reading;
    private final List<PlannedRange> ranges;
    private final List<List<String>> hosts;

    KafkaRanges(Reading<K, V> reading, List<PlannedRange> ranges, List<List<String>> hosts) {
        this.reading = reading;
        this.ranges = new ArrayList<>(ranges);
        this.hosts = new ArrayList<>(hosts);
    }

    /** The ranges of a slice. */
    static List<PlannedRange> of(InputSlice slice) {
        return slice.content().stream()
                .skip(1)
                .map(range -> PlannedRange.fromData((List<?>) range))
                .toList();
    }

    @Override
    public int partitions() {
        return ranges.size();
    }

    @Override
    public Iterator<ConsumerRecord<K, V>> read(int partition) {
        return new RangeIterator<>(reading, ranges.get(partition));
    }

    @Override
    public List<String> preferredLocations(int partition) {
        return hosts.get(partition);
    }

    @Override
    public OffsetRange[] offsetRanges() {
        return ranges.stream().map(PlannedRange::range).toArray(OffsetRange[]::new);
    }

    @Override
    public String toString() {
        return "offsets of Kafka";
    }
}
