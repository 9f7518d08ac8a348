/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.Tuple2;
import dev.millrace.function.Function4;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.operators.MutationCheck;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.internal.operators.UserCode;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls the function once for every key that has state or data: known keys first, in order of first arrival, then new
 * keys in order of arrival. An empty result drops the key; one that is what the state was changes nothing and is not logged.
 */
public final class UpdateStateByKey<K, V, S> implements StateProgram<K, V, S> {
    private static final String ADVICE = "return Optional.empty() to drop the key";

    private final Operator operator;
    private final Function4<BatchTime, K, List<V>, Optional<S>, Optional<S>> update;
    private final @Nullable MutationCheck check;

    public UpdateStateByKey(
            Operator operator,
            Function4<BatchTime, K, List<V>, Optional<S>, Optional<S>> update,
            @Nullable MutationCheck check) {
        this.operator = operator;
        this.update = update;
        this.check = check;
    }

    @Override
    public void run(
            BatchTime time,
            StateTable<K, S> base,
            Iterator<Tuple2<K, V>> input,
            Overlay<K, S> overlay,
            Consumer<Object> mapped) {
        OrderedMap<K, List<V>> arrived = OrderedMap.ofKept(0);
        input.forEachRemaining(pair -> {
            int hash = StableHash.of(pair._1());
            List<V> values = arrived.get(pair._1(), hash);
            if (values == null) {
                values = new ArrayList<>();
                arrived.append(pair._1(), hash, values);
            }
            values.add(pair._2());
        });
        for (int i = 0; i < base.end(); i++) {
            if (base.isLive(i)) {
                K key = base.key(i);
                List<V> values = arrived.get(key, base.hash(i));
                Object held = base.value(i);
                Optional<S> before = Optional.of(overlay.states().copy(held));
                Optional<S> after = call(time, key, values == null ? List.of() : values, before);
                overlay.standsAt(base, key, i);
                if (after.isEmpty()) {
                    overlay.remove(key, base.hash(i));
                } else {
                    overlay.putIfChanged(key, base.hash(i), held, after.get());
                }
            }
        }
        for (int i = 0; i < arrived.end(); i++) {
            K key = arrived.key(i);
            int hash = arrived.hash(i);
            if (base.find(key, hash) < 0) {
                overlay.standsAt(base, key, -1);
                call(time, key, arrived.value(i), Optional.empty()).ifPresent(state -> overlay.put(key, hash, state));
            }
        }
    }

    private Optional<S> call(BatchTime time, K key, List<V> values, Optional<S> before) {
        try {
            if (check == null) {
                return BrokenPromise.notNull(update.call(time, key, values, before), ADVICE);
            }
            List<V> came = new ArrayList<>(values); // the list itself is the function's, to sort it, say
            byte[] seen = check.fingerprint(came);
            Optional<S> after = update.call(time, key, values, before);
            check.same(operator, key, seen, came);
            return BrokenPromise.notNull(after, ADVICE);
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
    }
}
