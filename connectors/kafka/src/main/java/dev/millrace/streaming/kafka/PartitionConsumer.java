/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.error.RefusedException;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one partition, range after range. What was fetched beyond a range is kept for the next, so a stream that is read batch by batch
 * asks the broker as an ordinary consumer does. One thread at a time.
 */
final class PartitionConsumer<K, V> implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long NOWHERE = -1;

    private final Reading<K, V> reading;
    private final TopicPartition partition;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Decoding.Open<K, V> decoding;
    private Iterator<ConsumerRecord<byte[], byte[]>> fetched = Collections.emptyIterator();
    private @Nullable ConsumerRecord<byte[], byte[]> beyond; // fetched, of a later range
    private long resumesAt = NOWHERE; // the end of the last range, if it was read to its end
    private PlannedRange range;
    private boolean broken;

    /** @param first the first range that is read */
    PartitionConsumer(Reading<K, V> reading, PlannedRange first) {
        this.reading = reading;
        range = first;
        partition = first.partition();
        decoding = reading.decoding().open(reading.settings());
        consumer = new KafkaConsumer<>(
                ClientSettings.consumer(reading.settings(), partition.toString()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(List.of(partition));
    }

    Decoding.Open<K, V> decoding() {
        return decoding;
    }

    /** Returns whether it must not be used again. */
    boolean isBroken() {
        return broken;
    }

    /** Goes to the beginning of a range, unless it stands there. */
    void begin(PlannedRange next) {
        range = next;
        if (resumesAt != next.range().fromOffset()) {
            seek(next.range().fromOffset(), next.epoch());
        }
        resumesAt = NOWHERE;
    }

    /** With the epoch the broker tells whether the log was cut before the offset. */
    private void seek(long offset, int epoch) {
        fetched = Collections.emptyIterator();
        beyond = null;
        Optional<Integer> known = epoch < 0 ? Optional.empty() : Optional.of(epoch);
        consumer.seek(partition, new OffsetAndMetadata(offset, known, ""));
    }

    /** The next record of the range; null if there is none, which the position tells: markers and deleted records have offsets too. */
    @Nullable
    ConsumerRecord<byte[], byte[]> next() {
        long until = range.range().untilOffset();
        long giveUp = System.nanoTime() + reading.patienceMillis() * 1_000_000;
        try {
            while (true) {
                ConsumerRecord<byte[], byte[]> record = fetchedRecord();
                if (record != null && record.offset() < until) {
                    return record;
                }
                beyond = record;
                if (record != null || position() >= until) {
                    resumesAt = until;
                    return null;
                }
                if (poll()) {
                    giveUp = System.nanoTime() + reading.patienceMillis() * 1_000_000;
                } else if (System.nanoTime() - giveUp > 0) {
                    throw tooSlow(until);
                }
            }
        } catch (OffsetOutOfRangeException e) {
            broken =
                    true; // by the policy it may be read all the same, but what it has fetched is of no use to the next
            // range
            return new LostRange(reading, range, consumer).goOn(e) ? next() : null;
        }
    }

    private @Nullable ConsumerRecord<byte[], byte[]> fetchedRecord() {
        ConsumerRecord<byte[], byte[]> record = beyond;
        beyond = null;
        return record != null ? record : fetched.hasNext() ? fetched.next() : null;
    }

    /** Returns whether the position has moved. */
    private boolean poll() {
        return asking(() -> {
            long before = consumer.position(partition);
            fetched = consumer.poll(POLL).records(partition).iterator();
            return fetched.hasNext() || consumer.position(partition) > before;
        });
    }

    private long position() {
        return asking(() -> consumer.position(partition));
    }

    private interface Ask<T> {
        T call();
    }

    private <T> T asking(Ask<T> ask) {
        try {
            return ask.call();
        } catch (InterruptException e) {
            broken = true;
            throw new CancelledException("reading " + PlannedRange.name(partition) + " was interrupted");
        } catch (OffsetOutOfRangeException e) {
            throw e;
        } catch (KafkaException e) {
            broken = true;
            RefusedException refusal = BrokerErrors.refusal(reading.operator(), reading.settings(), e);
            throw refusal != null
                    ? refusal
                    : new MillraceException(
                            reading.operator() + ": " + PlannedRange.name(partition) + " cannot be read: "
                                    + BrokerErrors.text(e),
                            e);
        }
    }

    private MillraceException tooSlow(long until) {
        broken = true;
        return new MillraceException(reading.operator() + ": " + PlannedRange.name(partition) + " gave nothing for "
                + reading.patienceMillis() + " ms at offset " + consumer.position(partition)
                + ", and there must be records until " + until + "; look whether its leader answers, or raise "
                + Reading.PATIENCE);
    }

    @Override
    public void close() {
        try {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        } catch (InterruptException e) {
            // the task is cancelled; it is closed all the same
        } finally {
            decoding.close();
        }
    }
}
