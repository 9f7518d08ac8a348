/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.Tuple2;
import dev.millrace.error.RefusedException;
import dev.millrace.function.Function4;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RecordGuard;
import dev.millrace.internal.operators.GuardedPartition;
import dev.millrace.internal.operators.MutationCheck;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.internal.operators.UserCode;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.State;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls the function once a record in order of arrival, then once for every key that was idle for longer than the
 * timeout, in order of first arrival. Data touches its key if the key has state after the call; an idle key that has
 * data in the batch in which it falls due is touched, and stays. A record that is put aside leaves its key as it was; a
 * call for a timeout has no record, so its error fails the task.
 */
public final class MapWithState<K, V, S, M> implements StateProgram<K, V, S> {
    private final Operator operator;
    private final Function4<BatchTime, K, Optional<V>, State<S>, Optional<M>> function;
    private final @Nullable Duration timeout;
    private final @Nullable MutationCheck check;
    private final @Nullable RecordGuard guard;

    public MapWithState(
            Operator operator,
            Function4<BatchTime, K, Optional<V>, State<S>, Optional<M>> function,
            @Nullable Duration timeout,
            @Nullable MutationCheck check) {
        this(operator, function, timeout, check, null);
    }

    private MapWithState(
            Operator operator,
            Function4<BatchTime, K, Optional<V>, State<S>, Optional<M>> function,
            @Nullable Duration timeout,
            @Nullable MutationCheck check,
            @Nullable RecordGuard guard) {
        this.operator = operator;
        this.function = function;
        this.timeout = timeout;
        this.check = check;
        this.guard = guard;
    }

    @Override
    public boolean isPerRecord() {
        return true;
    }

    @Override
    public StateProgram<K, V, S> guarded(RecordGuard putsAside) {
        return new MapWithState<>(operator, function, timeout, check, putsAside);
    }

    @Override
    public boolean isTimed() {
        return timeout != null;
    }

    @Override
    public long idleBefore(BatchTime time) {
        return timeout == null ? Long.MIN_VALUE : time.minus(timeout).milliseconds();
    }

    @Override
    public void run(
            BatchTime time,
            StateBase<K, S> base,
            StateInput<K, V> input,
            Overlay<K, S> overlay,
            Consumer<Object> mapped)
            throws Exception {
        KeyState<S> state = new KeyState<>(overlay.states());
        GuardedPartition guarded = guard == null
                ? null
                : new GuardedPartition(
                        guard, Objects.requireNonNull(TaskScope.current()).partitionId());
        RecordsAhead<K, V> window = new RecordsAhead<>(input, overlay.lookUps(base));
        while (window.next()) {
            Tuple2<K, V> pair = window.pair();
            K key = pair._1();
            int hash = window.hash();
            Object held = window.find();
            state.open(held, false);
            Optional<V> value = value(pair);
            if (guarded == null) {
                call(time, key, value, state).ifPresent(mapped);
            } else if (!guarded.attempt(
                    pair, mapped, out -> invoke(time, key, value, state).ifPresent(out))) {
                checkAsItWas(overlay.states(), key, held);
                continue;
            }
            keep(overlay, key, hash, held, state);
        }
        if (timeout != null) {
            timeOut(time, base.touchedBefore(idleBefore(time)), state, overlay, mapped);
        }
    }

    private void timeOut(
            BatchTime time, StateEntries<K> idle, KeyState<S> state, Overlay<K, S> overlay, Consumer<Object> mapped) {
        while (idle.next()) {
            if (!overlay.isChanged(idle)) {
                state.open(idle.held(), true);
                call(time, idle.key(), Optional.empty(), state).ifPresent(mapped);
                overlay.remove(idle.key(), idle.hash());
            }
        }
    }

    /** An empty one would tell the function of a timeout. */
    private Optional<V> value(Tuple2<K, V> pair) {
        V value = pair._2();
        if (value == null) {
            throw new RefusedException(operator + " was given a pair whose value is null, of key " + pair._1()
                    + "; give it a value, or filter such pairs out before");
        }
        return Optional.of(value);
    }

    /** Keeps what a call leaves; a state that the function was given may have changed without an update. */
    private void keep(Overlay<K, S> overlay, K key, int hash, @Nullable Object held, KeyState<S> state) {
        if (state.isRemoved()) {
            overlay.remove(key, hash);
        } else if (state.isUpdated()) {
            overlay.put(key, hash, state.get());
        } else if (held == null || state.isCopied() && overlay.putIfChanged(key, hash, held, state.get())) {
            return;
        } else if (timeout != null) {
            overlay.touch(key, hash);
        }
    }

    /** A state that could not be copied may have been changed before the record was put aside. */
    private void checkAsItWas(HeldStates<S> states, K key, @Nullable Object held) {
        String why = held == null ? null : states.whyShared(held);
        if (why != null) {
            throw new RefusedException("a record of key " + key + " failed in " + operator
                    + " and is not put aside, because the function may have changed the state in place by then, and that"
                    + " could not be copied: " + why);
        }
    }

    private Optional<M> call(BatchTime time, K key, Optional<V> value, KeyState<S> state) {
        try {
            return invoke(time, key, value, state);
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }

    private Optional<M> invoke(BatchTime time, K key, Optional<V> value, KeyState<S> state) throws Exception {
        byte[] seen = check == null ? null : check.fingerprint(value);
        Optional<M> result = function.call(time, key, value, state);
        if (check != null) {
            check.same(operator, key, seen, value);
        }
        return BrokenPromise.notNull(result, "return Optional.empty() to emit nothing");
    }
}
