/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.access;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.internal.program.Driver;
import dev.millrace.internal.receive.ReceiverControl;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.Clock;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.receiver.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reaches from a public handle to its node and back. Each public class hands in its accessor when it is initialised, so
 * that its constructor and fields stay out of the public surface.
 */
public final class Handles {
    /** Of {@code dev.millrace.rdd}. */
    public interface Rdds {
        <T> RDD<T> wrap(MillraceContext context, RddNode<T> node);

        <K, V> PairRDD<K, V> wrapPairs(MillraceContext context, RddNode<Tuple2<K, V>> node);

        <T> RddNode<T> node(RDD<T> rdd);
    }

    /** Of {@code dev.millrace}. */
    public interface Contexts {
        ExecutionEngine engine(MillraceContext context);

        MemoryBudget memory(MillraceContext context);

        void observed(MillraceContext context, JobLabel label, List<TaskObservation> observations);

        void observer(MillraceContext context, JobObserver observer);

        Settings settings(MillraceConf conf);

        /**
         * @throws IllegalStateException if the context was stopped
         */
        void checkNotStopped(MillraceContext context);

        /** Makes {@code owner} the one that runs on the context; null ends that. */
        void claim(MillraceContext context, @Nullable Object owner);
    }

    /** Of {@code dev.millrace.streaming}. */
    public interface Streams {
        <T> StreamNode<T> node(DStream<T> stream);

        <K, V> StreamNode<Tuple2<K, V>> node(PairDStream<K, V> stream);

        Driver driver(StreamingContext context);

        /** A context that lives by another clock than the machine's. */
        StreamingContext context(MillraceConf conf, Duration batchInterval, Clock clock);
    }

    /** Of {@code dev.millrace.streaming.receiver}. */
    public interface Receivers {
        <T> void attach(Receiver<T> receiver, ReceiverControl<T> control);

        <T> ReceiverControl<T> control(Receiver<T> receiver);

        /** Runs it; false at once if it has no run method of its own. */
        boolean run(Receiver<?> receiver) throws Exception;

        void durable(Receiver<?> receiver, Object position);
    }

    /** Hears what the winning task attempts of a job saw. */
    public interface JobObserver {
        void observed(JobLabel label, List<TaskObservation> observations);
    }

    private static @Nullable Rdds rdds;
    private static @Nullable Contexts contexts;
    private static @Nullable Streams streams;
    private static @Nullable Receivers receivers;

    private Handles() {}

    public static void set(Rdds accessor) {
        rdds = accessor;
    }

    public static void set(Contexts accessor) {
        contexts = accessor;
    }

    public static void set(Streams accessor) {
        streams = accessor;
    }

    public static void set(Receivers accessor) {
        receivers = accessor;
    }

    public static Receivers receivers() {
        initialise(Receiver.class);
        return Objects.requireNonNull(receivers);
    }

    public static Rdds rdds() {
        initialise(RDD.class);
        return Objects.requireNonNull(rdds);
    }

    public static Contexts contexts() {
        initialise(MillraceContext.class);
        return Objects.requireNonNull(contexts);
    }

    public static Streams streams() {
        initialise(StreamingContext.class);
        return Objects.requireNonNull(streams);
    }

    private static void initialise(Class<?> type) {
        try {
            Class.forName(type.getName(), true, type.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
