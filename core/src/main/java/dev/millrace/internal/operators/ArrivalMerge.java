/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.function.Function;

/** The entries of several sequences that are each in order of arrival, in that order; an entry's first part is its arrival. */
public final class ArrivalMerge<T> implements Iterator<T> {
    private final PriorityQueue<Head> heads = new PriorityQueue<>();
    private final Function<Object[], T> give;

    private record Head(long arrival, Object[] entry, Iterator<Object[]> rest) implements Comparable<Head> {
        @Override
        public int compareTo(Head other) {
            return Long.compare(arrival, other.arrival);
        }
    }

    /** @param give makes of an entry what is given */
    public ArrivalMerge(List<? extends Iterator<Object[]>> sequences, Function<Object[], T> give) {
        this.give = give;
        sequences.forEach(this::addNext);
    }

    private void addNext(Iterator<Object[]> rest) {
        if (rest.hasNext()) {
            Object[] entry = rest.next();
            heads.add(new Head((Long) entry[0], entry, rest));
        }
    }

    @Override
    public boolean hasNext() {
        return !heads.isEmpty();
    }

    @Override
    public T next() {
        Head first = heads.poll();
        if (first == null) {
            throw new NoSuchElementException();
        }
        addNext(first.rest());
        return give.apply(first.entry());
    }
}
