/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.joins;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.operators.MapIterator;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The kinds of joins: they give the keys that both sides have, or also those that one of them has. */
public enum JoinKind {
    INNER,
    LEFT_OUTER,
    RIGHT_OUTER,
    FULL_OUTER;

    /** Returns whether it gives pairs of a key that these sides have. */
    public boolean gives(boolean left, boolean right) {
        return left && right || left && keepsAllOf(0) || right && keepsAllOf(1);
    }

    private boolean keepsAllOf(int side) {
        return this == FULL_OUTER || this == (side == 0 ? LEFT_OUTER : RIGHT_OUTER);
    }

    /** Each left value of a key with each right one; an Optional where a side may have none. */
    public <K, A, B> Iterator<Tuple2<K, Tuple2<A, B>>> pairs(Group<K> group, Operator operator) {
        if (!gives(group.has(0), group.has(1))) {
            return Collections.emptyIterator();
        }
        K key = group.key();
        return new ConcatIterator<>(
                this.<A>values(group, 0, operator),
                left -> new MapIterator<B, Tuple2<K, Tuple2<A, B>>>(
                        values(group, 1, operator), right -> new Tuple2<>(key, new Tuple2<>(left, right)), operator));
    }

    @SuppressWarnings("unchecked") // the kind says which side has Optionals
    private <V> Iterator<V> values(Group<?> group, int side, Operator operator) {
        if (!keepsAllOf(1 - side)) {
            return group.values(side);
        }
        return (Iterator<V>)
                (group.has(side)
                        ? new MapIterator<>(group.values(side), Optional::ofNullable, operator)
                        : List.of(Optional.empty()).iterator());
    }
}
