/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.changes.ChangeBlock.Change;
import dev.millrace.internal.codec.LocalValues;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.runs.RunCursor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Brings a table up to date that was made beside batches: what these have changed meanwhile comes key by key, and is applied in the
 * order in which the batches did. One thread.
 */
final class LateChanges<K, S> {
    private final StateTable<K, S> table;
    private final LocalValues values;
    private final StateForm states;
    private final long firstArrival;
    private final List<Late<K>> arrived = new ArrayList<>();
    private final List<Touch<K>> touches = new ArrayList<>();

    /** @param firstArrival of the keys that have come since the table was begun */
    LateChanges(StateTable<K, S> table, LocalValues values, StateForm states, long firstArrival) {
        this.table = table;
        this.values = values;
        this.states = states;
        this.firstArrival = firstArrival;
    }

    private record Late<K>(K key, int hash, Object held, long arrival) {}

    private record Touch<K>(K key, int hash, long time) {}

    /** Applies all of them. */
    void apply(RunCursor changes) {
        while (changes.next()) {
            note(changes);
        }
        arrived.sort(Comparator.comparingLong(Late::arrival));
        touches.sort(Comparator.comparingLong(Touch::time)); // a table wants times that only rise
        long latest = touches.isEmpty() ? 0 : touches.get(touches.size() - 1).time();
        arrived.forEach(late -> table.put(late.key(), late.hash(), late.held(), latest));
        touches.forEach(touch -> table.touch(touch.key(), touch.hash(), touch.time()));
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // a partition has keys of its own type; null is a key like others
    private void note(RunCursor change) {
        K key = (K) values.decodeKey(change.keyArray(), change.keyFrom(), change.keyTo(), change.isSorted());
        int hash = StableHash.of(key);
        if (change.change() == Change.REMOVE) {
            table.remove(key, hash);
            return;
        }
        touches.add(new Touch<>(key, hash, change.touched()));
        if (change.change() == Change.PUT) {
            Object held = states.held(values, change.valueArray(), change.valueFrom(), change.valueTo());
            if (change.arrival() < firstArrival) {
                table.put(key, hash, held, change.touched());
            } else {
                table.remove(key, hash); // it was gone in between
                arrived.add(new Late<>(key, hash, held, change.arrival()));
            }
        }
    }
}
