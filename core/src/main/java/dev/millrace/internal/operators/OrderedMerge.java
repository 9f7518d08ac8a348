/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/** The records of several sorted sequences as one; of equal ones those of an earlier sequence come first. */
final class OrderedMerge<T> implements Iterator<T> {
    private final PriorityQueue<Head<T>> heads;

    private record Head<T>(T record, int sequence, Iterator<T> rest) {}

    OrderedMerge(List<Iterator<T>> sequences, Comparator<? super T> order) {
        heads = new PriorityQueue<>((first, second) -> {
            int compared = order.compare(first.record(), second.record());
            return compared != 0 ? compared : Integer.compare(first.sequence(), second.sequence());
        });
        for (int i = 0; i < sequences.size(); i++) {
            addNext(i, sequences.get(i));
        }
    }

    private void addNext(int sequence, Iterator<T> rest) {
        if (rest.hasNext()) {
            heads.add(new Head<>(rest.next(), sequence, rest));
        }
    }

    @Override
    public boolean hasNext() {
        return !heads.isEmpty();
    }

    @Override
    public T next() {
        Head<T> first = heads.poll();
        if (first == null) {
            throw new NoSuchElementException();
        }
        addNext(first.sequence(), first.rest());
        return first.record();
    }
}
