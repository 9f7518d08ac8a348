/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.function.Function4;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.operators.MutationCheck;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.internal.operators.UserCode;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.BitSet;
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
    public boolean readsAll() {
        return true;
    }

    @Override
    public void run(
            BatchTime time,
            StateBase<K, S> base,
            StateInput<K, V> input,
            Overlay<K, S> overlay,
            Consumer<Object> mapped) {
        OrderedMap<K, List<V>> arrived = OrderedMap.ofKept(0);
        input.pairs().forEachRemaining(pair -> {
            int hash = StableHash.of(pair._1());
            List<V> values = arrived.get(pair._1(), hash);
            if (values == null) {
                values = new ArrayList<>();
                arrived.append(pair._1(), hash, values);
            }
            values.add(pair._2());
        });
        BitSet known = new BitSet(); // which of the arrived keys have a state
        StateEntries<K> entries = base.entries();
        while (entries.next()) {
            K key = entries.key();
            int index = arrived.find(key, entries.hash());
            if (index >= 0) {
                known.set(index);
            }
            Object held = entries.held();
            Optional<S> before = Optional.of(overlay.states().copy(held));
            Optional<S> after = call(time, key, index < 0 ? List.of() : arrived.value(index), before);
            overlay.standsAt(key, entries.place());
            if (after.isEmpty()) {
                overlay.remove(key, entries.hash());
            } else {
                overlay.putIfChanged(key, entries.hash(), held, after.get());
            }
        }
        for (int i = known.nextClearBit(0); i < arrived.end(); i = known.nextClearBit(i + 1)) {
            K key = arrived.key(i);
            int hash = arrived.hash(i);
            overlay.standsAt(key, LookUps.ABSENT);
            call(time, key, arrived.value(i), Optional.empty()).ifPresent(state -> overlay.put(key, hash, state));
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
