/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.Tuple2;
import dev.millrace.error.RefusedException;
import dev.millrace.spi.RowEncoder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Makes the bytes of keys and values, in tasks. A record that no broker would take is refused here, before its batch is decided. */
final class Encoding<K, V> implements RowEncoder<Tuple2<K, V>> {
    private static final long serialVersionUID = 1;
    private static final int ADDED = 200; // by our header, and by Kafka for a record and its batch, at most
    private static final int SHOWN = 40;

    private final SerializerSupplier<K> key;
    private final SerializerSupplier<V> value;
    private final String topic;
    private final HashMap<String, Object> settings;
    private final long mostBytes;
    private final String limit;
    private transient @Nullable Queue<Serializers<K, V>> free; // a serializer is used by one thread at a time

    private record Serializers<K, V>(Serializer<K> key, Serializer<V> value) {}

    /**
     * @param mostBytes of a record with all that Kafka adds
     * @param limit where that comes from
     */
    Encoding(
            SerializerSupplier<K> key,
            SerializerSupplier<V> value,
            String topic,
            Map<String, Object> settings,
            long mostBytes,
            String limit) {
        this.key = key;
        this.value = value;
        this.topic = topic;
        this.settings = new HashMap<>(settings);
        this.mostBytes = mostBytes;
        this.limit = limit;
    }

    @Override
    public byte[] encode(Tuple2<K, V> record) {
        byte[] encoded = bytes(record).encode();
        if (encoded.length + ADDED > mostBytes) {
            throw new RefusedException(String.format(
                    Locale.ROOT,
                    "a record for the topic %s is too large: with what Kafka adds to it, it has %,d bytes, and %s is %,d; its key is"
                            + " %s. Raise the limit, or keep such records from the output",
                    topic,
                    encoded.length + ADDED,
                    limit,
                    mostBytes,
                    shown(record._1())));
        }
        return encoded;
    }

    /** The bytes of a record, of whatever size. */
    RowBytes bytes(Tuple2<K, V> record) {
        Queue<Serializers<K, V>> pool = free();
        Serializers<K, V> pooled = pool.poll();
        Serializers<K, V> serializers = pooled == null ? make() : pooled;
        try {
            RowBytes bytes = new RowBytes(
                    serializers.key().serialize(topic, record._1()),
                    serializers.value().serialize(topic, record._2()));
            pool.add(serializers);
            return bytes;
        } catch (SerializationException | ClassCastException e) {
            RefusedException refusal = new RefusedException("a record for the topic " + topic + " with the key "
                    + shown(record._1()) + " cannot be serialized: " + e.getMessage()
                    + "; give the output the serializers of its types");
            refusal.initCause(e);
            throw refusal;
        }
    }

    private synchronized Queue<Serializers<K, V>> free() {
        if (free == null) {
            free = new ConcurrentLinkedQueue<>();
        }
        return free;
    }

    private Serializers<K, V> make() {
        Serializer<K> ofKeys = key.get();
        Serializer<V> ofValues = value.get();
        ofKeys.configure(settings, true);
        ofValues.configure(settings, false);
        return new Serializers<>(ofKeys, ofValues);
    }

    private static String shown(@Nullable Object key) {
        String text = key instanceof byte[] bytes ? bytes.length + " bytes" : String.valueOf(key);
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
