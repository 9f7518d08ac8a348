/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.engine.BroadcastValue;
import dev.millrace.internal.lineage.Operator;
import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/** The value of a broadcast, as one of Spark's. */
final class SparkValue<T> implements BroadcastValue<T> {
    private final Broadcast<Held<T>> value;
    private final Operator made;
    private final transient @Nullable JavaSparkContext spark; // of the driver

    /** Sent as Java serializes it, whatever Spark is told to serialize by: the value may be of a type that Kryo cannot read. */
    @DefaultSerializer(JavaSerializer.class)
    private record Held<T>(T value) implements Serializable {}

    private SparkValue(Broadcast<Held<T>> value, Operator made, JavaSparkContext spark) {
        this.value = value;
        this.made = made;
        this.spark = spark;
    }

    static <T> SparkValue<T> of(T value, Operator made, JavaSparkContext spark) {
        try {
            return new SparkValue<>(spark.broadcast(new Held<>(value)), made, spark);
        } catch (Exception e) { // Scala code throws checked exceptions without saying so
            throw Failures.ofSending(
                    "the value given to " + made,
                    "make that type Serializable, or let the functions make the object",
                    e);
        }
    }

    @Override
    public T get() {
        return value.value().value();
    }

    @Override
    public void unpersist(boolean blocking) {
        value.unpersist(blocking);
    }

    @Override
    public void destroy(boolean blocking) {
        if (spark != null && !spark.sc().isStopped()) {
            value.destroy(blocking);
        }
    }

    /** The next Spark context counts its values from 0 again, so that tasks would read one of those instead. */
    private Object writeReplace() {
        if (spark != null && spark.sc().isStopped()) {
            throw new RefusedException(
                    "the value of " + made + " is gone: the Spark context that held it has stopped; make"
                            + " it again with the context that runs now");
        }
        return this;
    }
}
