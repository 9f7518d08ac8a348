/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import dev.millrace.internal.operators.Accumulators;
import dev.millrace.rdd.AccumulatorV2;
import dev.millrace.rdd.Broadcast;
import dev.millrace.rdd.CollectionAccumulator;
import dev.millrace.rdd.DoubleAccumulator;
import dev.millrace.rdd.LongAccumulator;

/** The variables that a program shares with its tasks: they read broadcasts, and add to accumulators. */
abstract sealed class SharedVariables extends JobControl permits DatasetFiles {
    /**
     * A value for tasks to read, sent once to each process that runs them. It must not change later, and on Spark it must be serializable.
     *
     * @throws IllegalArgumentException if it is null or an RDD
     */
    public <T> Broadcast<T> broadcast(T value) {
        return runtime().broadcast(value);
    }

    /** Like {@link #longAccumulator(String)}, without a name. */
    public LongAccumulator longAccumulator() {
        return longAccumulator("");
    }

    /** A sum and a count to which tasks add whole numbers; only what winning attempts added counts. */
    public LongAccumulator longAccumulator(String name) {
        return registered(new LongAccumulator(), name);
    }

    /** Like {@link #doubleAccumulator(String)}, without a name. */
    public DoubleAccumulator doubleAccumulator() {
        return doubleAccumulator("");
    }

    /** A sum and a count to which tasks add numbers; only what winning attempts added counts. */
    public DoubleAccumulator doubleAccumulator(String name) {
        return registered(new DoubleAccumulator(), name);
    }

    /** Like {@link #collectionAccumulator(String)}, without a name. */
    public <T> CollectionAccumulator<T> collectionAccumulator() {
        return collectionAccumulator("");
    }

    /** A list to which tasks add; only what winning attempts added counts. */
    public <T> CollectionAccumulator<T> collectionAccumulator(String name) {
        return registered(new CollectionAccumulator<>(), name);
    }

    /** Like {@link #register(AccumulatorV2, String)}, without a name. */
    public void register(AccumulatorV2<?, ?> accumulator) {
        register(accumulator, "");
    }

    /**
     * Lets tasks add to an accumulator.
     *
     * @throws IllegalStateException if it was registered before
     */
    public void register(AccumulatorV2<?, ?> accumulator, String name) {
        Accumulators.register(accumulator, name);
    }

    /**
     * Has the checkpoint of streams keep an accumulator by its name: after a start its value is exactly what committed batches have added.
     * An addition outside of batches counts until the process ends, and without a checkpoint directory so does everything.
     *
     * @param accumulator a sum, or a collection of declared types; with a name that no other durable one has
     * @return the same
     */
    public <A extends AccumulatorV2<?, ?>> A durable(A accumulator) {
        runtime().durableAccumulators().keep(accumulator);
        return accumulator;
    }

    private static <A extends AccumulatorV2<?, ?>> A registered(A accumulator, String name) {
        Accumulators.register(accumulator, name);
        return accumulator;
    }
}
