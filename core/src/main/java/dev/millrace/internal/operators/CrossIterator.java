/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.Tuple2;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.memory.HeldRows;
import java.util.Collections;
import java.util.Iterator;

/** Each record of one iterator with each of another, whose records are held meanwhile so that they are computed once. */
public final class CrossIterator {
    private CrossIterator() {}

    /** The pairs with the first record of {@code first}, then those with the second, and so on. */
    public static <A, B> Iterator<Tuple2<A, B>> of(Iterator<A> first, Iterator<B> second, TaskScope scope) {
        if (!first.hasNext()) {
            return Collections.emptyIterator();
        }
        HeldRows held = HeldRows.ofRecords(scope.space(), HeldRows.Place.MEMORY_AND_DISK);
        Iterator<Tuple2<A, B>> pairs =
                scope.leaf(new ConcatIterator<Tuple2<A, B>>(first, (A record) -> with(record, held), held));
        second.forEachRemaining(held::add);
        held.complete();
        return pairs;
    }

    @SuppressWarnings("unchecked") // as they were added
    private static <A, B> Iterator<Tuple2<A, B>> with(A record, HeldRows held) {
        return held.part(0).read((other, none) -> new Tuple2<>(record, (B) other));
    }
}
