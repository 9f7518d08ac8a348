/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.State;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The program that is measured: the last value of each key, as a state, in virtual time. */
final class Totals<K, V> implements AutoCloseable {
    private final StreamingContext ssc;
    private boolean opened;

    /** @param checkpoint null if nothing is to be durable */
    Totals(Keys<K, V> keys, Class<V> type, @Nullable Path checkpoint) {
        this(keys, type, checkpoint, State::update);
    }

    /** The change of a state by a value. */
    interface Change<V, S> extends Serializable {
        void apply(State<S> state, V value);
    }

    /** The same program with another function. */
    <S> Totals(Keys<K, V> keys, Class<S> type, @Nullable Path checkpoint, Change<V, S> change) {
        ssc = new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1));
        if (checkpoint != null) {
            ssc.checkpoint(checkpoint.toString());
        }
        ssc.from(keys)
                .named("keys")
                .mapToPair(pair -> pair)
                .mapWithState(StateType.of("totals", type), (time, key, value, state) -> {
                    change.apply(state, value.orElseThrow());
                    return Optional.empty();
                })
                .foreachRDD(rdd -> {})
                .named("nothing");
    }

    /** Runs so many batches, and gives the nanoseconds. */
    long run(int batches) {
        long start = System.nanoTime();
        if (!opened) {
            opened = true;
            ssc.runAvailable(); // nothing yet; opened so, snapshots are folded in the background, as in real time
        }
        ssc.runBatches(batches);
        return System.nanoTime() - start;
    }

    @Override
    public void close() {
        ssc.stop(true, true);
    }
}
