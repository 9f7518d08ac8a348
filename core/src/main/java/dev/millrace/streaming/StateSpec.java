/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.Tuple2;
import dev.millrace.function.Function3;
import dev.millrace.function.Function4;
import dev.millrace.internal.graph.FunctionTypes;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.Partitioner;
import dev.millrace.rdd.RDD;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a {@code mapWithState}: its function, its initial state, its partitions and its timeout. Read when it is given
 * to {@code mapWithState}; later changes have no effect on that stream.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 * @param <S> the type of the state
 * @param <M> the type of the mapped values
 */
public final class StateSpec<K, V, S, M> {
    final Function4<BatchTime, K, Optional<V>, State<S>, Optional<M>> function;
    final Type keyType;

    @Nullable
    StateType<S> type;

    @Nullable
    Partitioner partitioner;

    @Nullable
    RDD<Tuple2<K, S>> initial;

    private @Nullable Duration timeout;

    private StateSpec(Function4<BatchTime, K, Optional<V>, State<S>, Optional<M>> function, Type keyType) {
        this.function = function;
        this.keyType = keyType;
    }

    /** A function that maps every record, and every key that times out. */
    public static <K, V, S, M> StateSpec<K, V, S, M> function(Function3<K, Optional<V>, State<S>, M> function) {
        return new StateSpec<>(
                (time, key, value, state) -> Optional.of(BrokenPromise.notNull(
                        function.call(key, value, state),
                        "return a value; to emit nothing, take the batch's time as first argument and return"
                                + " Optional.empty()")),
                FunctionTypes.parameter(function, 0));
    }

    /** A function that also knows the time of the batch, and may map to nothing. */
    public static <K, V, S, M> StateSpec<K, V, S, M> function(
            Function4<BatchTime, K, Optional<V>, State<S>, Optional<M>> function) {
        return new StateSpec<>(function, FunctionTypes.parameter(function, 1));
    }

    /** The state's name and type, which a checkpoint needs. */
    public StateSpec<K, V, S, M> stateType(StateType<S> stateType) {
        type = stateType;
        return this;
    }

    /**
     * Sets the state before the very first batch; a checkpoint that knows the state takes precedence. It is computed
     * at start, and of equal keys the last one stays. Its keys count as touched in the first batch, however long the computation
     * takes. A PairRDD is such a dataset.
     */
    public StateSpec<K, V, S, M> initialState(RDD<Tuple2<K, S>> keysAndStates) {
        initial = keysAndStates;
        return this;
    }

    /** Lays the state out by hash into {@code partitions} partitions. Returns this. */
    public StateSpec<K, V, S, M> numPartitions(int partitions) {
        return partitioner(new HashPartitioner(partitions));
    }

    /** Lays the state out by a partitioner; without one, by hash into the default number of partitions. Returns this. */
    public StateSpec<K, V, S, M> partitioner(Partitioner layout) {
        partitioner = layout;
        return this;
    }

    /** Drops keys that had no data for longer than {@code idle}, after a last call of the function. */
    public StateSpec<K, V, S, M> timeout(Duration idle) {
        if (idle.toMillis() < 1) {
            throw new IllegalArgumentException("a StateSpec has a timeout of " + idle.toMillis()
                    + " ms; it must be at least 1 ms, such as Durations.minutes(30)");
        }
        timeout = idle;
        return this;
    }

    /** Its own timeout, else that of its type, else null. */
    @Nullable
    Duration timeout() {
        return timeout != null || type == null ? timeout : type.timeout();
    }
}
