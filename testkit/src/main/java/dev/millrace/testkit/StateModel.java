/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.Tuple2;
import dev.millrace.function.Function4;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Defines {@code mapWithState} by a map, and a look at every key in every batch. */
final class StateModel<K, V, S, M> {
    private final Duration timeout;
    private final Function4<BatchTime, K, Optional<V>, State<S>, Optional<M>> function;
    private final Map<K, ModelState<S>> states = new LinkedHashMap<>();
    private boolean begun;

    StateModel(
            Duration timeout, Map<K, S> initial, Function4<BatchTime, K, Optional<V>, State<S>, Optional<M>> function) {
        this.timeout = timeout;
        this.function = function;
        initial.forEach((key, value) -> {
            ModelState<S> state = new ModelState<>();
            state.update(value);
            states.put(key, state);
        });
    }

    /** Takes a batch, and gives what it maps to. */
    List<M> mapped(BatchTime time, List<Tuple2<K, V>> batch) throws Exception {
        if (!begun) {
            states.values().forEach(initial -> initial.touched = time);
            begun = true;
        }
        List<M> mapped = new ArrayList<>();
        for (Tuple2<K, V> pair : batch) {
            ModelState<S> state = states.computeIfAbsent(pair._1(), key -> new ModelState<>());
            function.call(time, pair._1(), Optional.of(pair._2()), state).ifPresent(mapped::add);
            state.touched = time;
            states.values().removeIf(known -> !known.exists());
        }
        for (Map.Entry<K, ModelState<S>> entry : states.entrySet()) {
            if (time.minus(entry.getValue().touched).compareTo(timeout) > 0) {
                entry.getValue().timingOut = true;
                function.call(time, entry.getKey(), Optional.empty(), entry.getValue())
                        .ifPresent(mapped::add);
            }
        }
        states.values().removeIf(State::isTimingOut);
        return mapped;
    }

    List<Tuple2<K, S>> snapshot() {
        List<Tuple2<K, S>> snapshot = new ArrayList<>();
        states.forEach((key, state) -> snapshot.add(Tuple2.of(key, state.get())));
        return snapshot;
    }

    private static final class ModelState<S> extends State<S> {
        private @Nullable S value;
        private BatchTime touched = BatchTime.of(0);
        private boolean timingOut;

        @Override
        public boolean exists() {
            return value != null;
        }

        @Override
        public S get() {
            return Optional.ofNullable(value).orElseThrow();
        }

        @Override
        public void update(S state) {
            value = state;
        }

        @Override
        public void remove() {
            value = null;
        }

        @Override
        public boolean isTimingOut() {
            return timingOut;
        }
    }
}
