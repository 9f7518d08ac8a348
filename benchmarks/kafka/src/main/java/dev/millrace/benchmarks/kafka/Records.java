/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The records of the measurements: 10 bytes of key and 90 of value, of which the first 19 are a time or a number. */
final class Records {
    static final int STAMP = 19;
    static final char GOES_ON = '+';
    private static final char STAYS = '-';
    private static final Duration SHORTLY = Duration.ofMillis(5);
    private static final int KEY = 10;
    private static final int VALUE = 90;
    private static final long SEED = 15;

    private Records() {}

    static byte[] key(long number) {
        byte[] key = new byte[KEY];
        digits(key, KEY, number);
        return key;
    }

    static byte[] value(long stamp, boolean goesOn) {
        byte[] value = new byte[VALUE];
        Arrays.fill(value, (byte) 'x');
        digits(value, STAMP, stamp);
        value[VALUE - 1] = (byte) (goesOn ? GOES_ON : STAYS);
        return value;
    }

    private static void digits(byte[] to, int length, long number) {
        long left = number;
        for (int i = length - 1; i >= 0; i--) {
            to[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
    }

    /** The number at the beginning of a key or a value. */
    static long number(byte[] from, int length) {
        return Long.parseLong(new String(from, 0, Math.min(length, from.length), StandardCharsets.US_ASCII));
    }

    /** A key lives in one partition. */
    static ProducerRecord<byte[], byte[]> record(String topic, int partitions, long key, byte[] value) {
        return new ProducerRecord<>(topic, (int) (key % partitions), key(key), value);
    }

    /** Each key once, and then any of them. */
    static LongUnaryOperator eachAndThenAny(long keys) {
        Random random = new Random(SEED);
        return number -> number < keys ? number : random.nextLong(keys);
    }

    /** Writes so many records; every second one goes on. */
    static void write(String servers, String topic, int partitions, long records, LongUnaryOperator keys) {
        write(servers, topic, partitions, records, keys, number -> number % 2 == 0);
    }

    private static void write(
            String servers, String topic, int partitions, long records, LongUnaryOperator keys, LongPredicate goesOn) {
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (Producer<byte[], byte[]> producer = producer(servers, 50)) {
            for (long i = 0; i < records; i++) {
                byte[] value = value(i, goesOn.test(i));
                producer.send(record(topic, partitions, keys.applyAsLong(i), value), (sent, failed) -> {
                    if (failed != null) {
                        failure.set(failed);
                    }
                });
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("the records could not be written", failure.get());
        }
    }

    /** Writes one record into each partition. */
    static void writeOneEach(String servers, String topic, int partitions) {
        write(servers, topic, partitions, partitions, number -> number, number -> true);
    }

    /** Reads until so many records have come. */
    static int await(Child child, KafkaConsumer<byte[], byte[]> reader, int atLeast) {
        int seen = 0;
        while (seen < atLeast) {
            child.mustRun();
            seen += reader.poll(SHORTLY).count();
        }
        return seen;
    }

    static Producer<byte[], byte[]> producer(String servers, int lingerMillis) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, lingerMillis);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 17);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A reader of what is committed in all partitions of a topic, from the beginning. */
    static KafkaConsumer<byte[], byte[]> reader(String servers, String topic, int partitions) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100_000);
        KafkaConsumer<byte[], byte[]> reader =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
        reader.assign(all);
        reader.seekToBeginning(all);
        return reader;
    }
}
