/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** The records of one range, deserialized. Those that do not deserialize are put aside, or fail the batch. Belongs to a task. */
final class RangeIterator<K, V> implements Iterator<ConsumerRecord<K, V>>, AutoCloseable {
    private final Reading<K, V> reading;
    private final PlannedRange range;
    private @Nullable PartitionConsumer<K, V> consumer; // from the first record until the end
    private @Nullable ConsumerRecord<K, V> next;
    private boolean ended;

    RangeIterator(Reading<K, V> reading, PlannedRange range) {
        this.reading = reading;
        this.range = range;
        ended = range.range().count() == 0;
    }

    @Override
    public boolean hasNext() {
        while (next == null && !ended) {
            PartitionConsumer<K, V> from = consumer == null ? open() : consumer;
            ConsumerRecord<byte[], byte[]> read = from.next();
            if (read == null) {
                ended = true;
                giveBack(from);
            } else {
                next = decode(read, from.decoding());
            }
        }
        return next != null;
    }

    private PartitionConsumer<K, V> open() {
        PartitionConsumer<K, V> opened = Consumers.take(reading, range);
        consumer = opened; // closed whatever comes
        opened.begin(range);
        return opened;
    }

    @Override
    public ConsumerRecord<K, V> next() {
        ConsumerRecord<K, V> record = hasNext() ? next : null;
        if (record == null) {
            throw new NoSuchElementException();
        }
        next = null;
        return record;
    }

    /** Null if it was put aside. */
    private @Nullable ConsumerRecord<K, V> decode(ConsumerRecord<byte[], byte[]> read, Decoding.Open<K, V> decoding) {
        Deserializer<?> by = decoding.keys();
        byte[] bytes = read.key();
        String part = "key";
        try {
            K key = Decoding.Open.decode(decoding.keys(), read, bytes);
            by = decoding.values();
            bytes = read.value();
            part = "value";
            return record(read, key, Decoding.Open.decode(decoding.values(), read, bytes));
        } catch (RuntimeException e) {
            reading.unusable()
                    .refuse(
                            "topic " + read.topic() + " partition " + read.partition() + " offset " + read.offset(),
                            bytes,
                            "its " + part + " does not deserialize by "
                                    + by.getClass().getSimpleName() + ": " + BrokerErrors.text(e),
                            "correct the deserializer, " + Reading.OR_PUT_ASIDE);
            return null;
        }
    }

    @SuppressWarnings("NullAway") // keys and values may be null, which the class does not say
    private ConsumerRecord<K, V> record(ConsumerRecord<byte[], byte[]> read, @Nullable K key, @Nullable V value) {
        return new ConsumerRecord<>(
                read.topic(),
                read.partition(),
                read.offset(),
                read.timestamp(),
                read.timestampType(),
                read.serializedKeySize(),
                read.serializedValueSize(),
                key,
                value,
                read.headers(),
                read.leaderEpoch());
    }

    private void giveBack(PartitionConsumer<K, V> used) {
        consumer = null;
        Consumers.giveBack(reading, range.partition(), used);
    }

    @Override
    public void close() {
        ended = true;
        PartitionConsumer<K, V> used = consumer;
        if (used != null) {
            giveBack(used);
        }
    }
}
