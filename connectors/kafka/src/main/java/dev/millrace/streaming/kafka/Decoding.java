/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.RefusedException;
import java.io.Serializable;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** How keys and values are made of bytes; goes with tasks. */
record Decoding<K, V>(DeserializerSupplier<K> key, DeserializerSupplier<V> value) implements Serializable {

    /** Those that the settings of a consumer name. */
    static <K, V> Decoding<K, V> named(Map<String, Object> settings) {
        return new Decoding<>(named(settings, "key.deserializer"), named(settings, "value.deserializer"));
    }

    private static <T> DeserializerSupplier<T> named(Map<String, Object> settings, String key) {
        Object named = settings.get(key);
        if (named == null) {
            throw new IllegalArgumentException("the Kafka settings have no " + key
                    + "; add one, such as StringDeserializer.class of kafka-clients");
        }
        return of(named instanceof Class<?> type ? type : find(key, named.toString()));
    }

    private static Class<?> find(String key, String name) {
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            return Class.forName(name, true, loader == null ? Decoding.class.getClassLoader() : loader);
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    key + " is " + name + ", and there is no such class; correct the name or the class path", e);
        }
    }

    /** Instances of a class that the settings name, so that nobody knows its type. */
    @SuppressWarnings("unchecked")
    static <T> DeserializerSupplier<T> of(Class<?> type) {
        if (!Deserializer.class.isAssignableFrom(type)) {
            throw new IllegalArgumentException(type.getName()
                    + " is no org.apache.kafka.common.serialization.Deserializer;" + " name a class that is");
        }
        return new OfClass<>((Class<? extends Deserializer<T>>) type);
    }

    /** Makes instances by the constructor without arguments. */
    private record OfClass<T>(Class<? extends Deserializer<T>> type) implements DeserializerSupplier<T> {
        @Override
        public Deserializer<T> get() {
            try {
                return type.getDeclaredConstructor().newInstance();
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException(
                        type.getName() + " cannot be made: it needs a public constructor without arguments", e);
            }
        }
    }

    /**
     * Makes the deserializers once, so that settings which they do not take end the start, and not the first task.
     *
     * @throws RefusedException if they cannot be made
     */
    void check(Map<String, Object> settings, String operator) {
        try {
            open(settings).close();
        } catch (RuntimeException e) {
            throw new RefusedException(
                    operator + ": its deserializers cannot be made: " + BrokerErrors.text(e)
                            + "; correct them, or the Kafka settings of the source",
                    e);
        }
    }

    /** The deserializers, ready for use. Not thread safe. */
    Open<K, V> open(Map<String, Object> settings) {
        Deserializer<K> keys = key.get();
        Deserializer<V> values = value.get();
        keys.configure(settings, true);
        values.configure(settings, false);
        return new Open<>(keys, values);
    }

    /** Both deserializers. */
    record Open<K, V>(Deserializer<K> keys, Deserializer<V> values) implements AutoCloseable {
        /** What is not there is not deserialized, as in a consumer. */
        static <T> @Nullable T decode(Deserializer<T> by, ConsumerRecord<?, ?> record, byte @Nullable [] bytes) {
            return bytes == null ? null : by.deserialize(record.topic(), record.headers(), bytes);
        }

        @Override
        public void close() {
            keys.close();
            values.close();
        }
    }
}
