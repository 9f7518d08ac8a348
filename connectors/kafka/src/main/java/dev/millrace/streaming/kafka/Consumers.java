/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.spi.SourceContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The consumers that this process keeps between batches, one for each partition of each running source, until the source is closed. On the
 * workers of a cluster nobody tells when that is, so those that nobody has used for long are closed too. Any thread.
 */
final class Consumers {
    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private record Key(String run, TopicPartition partition) {}

    private record Kept(PartitionConsumer<?, ?> consumer, long sinceNanos) {}

    /** The one used last at the end. */
    private static final Map<Key, Kept> IDLE = new LinkedHashMap<>();

    /** The programs of this process that read now, by the id of their run. */
    private static final Map<String, SourceContext> RUNNING = new ConcurrentHashMap<>();

    private Consumers() {}

    /** A run begins, whose listeners are here. */
    static void open(String run, SourceContext context) {
        RUNNING.put(run, context);
    }

    /** The source of a task; null if its program runs in another process. */
    static @Nullable SourceContext source(Reading<?, ?> reading) {
        return RUNNING.get(reading.id());
    }

    /** One that nobody else uses until it is given back. */
    @SuppressWarnings("unchecked") // a run of a source has one type
    static <K, V> PartitionConsumer<K, V> take(Reading<K, V> reading, PlannedRange range) {
        Kept kept;
        synchronized (IDLE) {
            kept = IDLE.remove(new Key(reading.id(), range.partition()));
        }
        return kept != null ? (PartitionConsumer<K, V>) kept.consumer() : new PartitionConsumer<>(reading, range);
    }

    /** Keeps it, or closes it if it is broken or there are too many. */
    static void giveBack(Reading<?, ?> reading, TopicPartition partition, PartitionConsumer<?, ?> consumer) {
        List<PartitionConsumer<?, ?>> closing = new ArrayList<>();
        if (consumer.isBroken() || reading.kept() == 0) {
            closing.add(consumer);
        } else {
            keep(new Key(reading.id(), partition), consumer, reading.kept(), closing);
        }
        closing.forEach(PartitionConsumer::close);
    }

    private static void keep(
            Key key, PartitionConsumer<?, ?> consumer, int most, List<PartitionConsumer<?, ?>> closing) {
        long now = System.nanoTime();
        synchronized (IDLE) {
            Kept other = IDLE.put(key, new Kept(consumer, now)); // of a task that ran beside it
            if (other != null) {
                closing.add(other.consumer());
            }
            Iterator<Kept> oldest = IDLE.values().iterator();
            while (oldest.hasNext()) {
                Kept kept = oldest.next();
                if (IDLE.size() <= most && now - kept.sinceNanos() < IDLE_NANOS) {
                    break;
                }
                oldest.remove();
                closing.add(kept.consumer());
            }
        }
    }

    /** Closes those of a run that nobody uses just now. */
    static void close(String run) {
        RUNNING.remove(run);
        List<@Nullable PartitionConsumer<?, ?>> closing = new ArrayList<>();
        synchronized (IDLE) {
            IDLE.entrySet().removeIf(entry -> {
                boolean ofRun = entry.getKey().run().equals(run);
                if (ofRun) {
                    closing.add(entry.getValue().consumer());
                }
                return ofRun;
            });
        }
        for (PartitionConsumer<?, ?> consumer : closing) {
            if (consumer != null) {
                consumer.close();
            }
        }
    }
}
