/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.Tuple2;
import dev.millrace.error.RefusedException;
import dev.millrace.function.FlatMapFunction2;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.SideBySideNode;
import dev.millrace.internal.operators.PartitionIterator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Records with others of the same place, or with numbers. */
final class Zips {
    private Zips() {}

    static <T, U> RddNode<Tuple2<T, U>> zip(Operator operator, RddNode<T> first, RddNode<U> second) {
        return partitions(operator, first, second, (left, right) -> new Pairwise<>(operator, left, right));
    }

    /** @throws IllegalArgumentException if one has more partitions than the other */
    static <T, U, V> RddNode<V> partitions(
            Operator operator,
            RddNode<T> first,
            RddNode<U> second,
            FlatMapFunction2<Iterator<T>, Iterator<U>, V> function) {
        if (first.partitions() != second.partitions()) {
            throw new IllegalArgumentException(operator + " of " + first.partitions() + " partitions with "
                    + second.partitions() + "; both sides must have as many: repartition one of them");
        }
        return SideBySideNode.of(
                operator, List.of(first, second), (sides, space) -> together(operator, sides, function));
    }

    @SuppressWarnings("unchecked") // as the sides were given
    private static <T, U, V> Iterator<V> together(
            Operator operator,
            List<? extends Iterator<?>> sides,
            FlatMapFunction2<Iterator<T>, Iterator<U>, V> function) {
        return PartitionIterator.of(
                () -> function.call((Iterator<T>) sides.get(0), (Iterator<U>) sides.get(1)), operator);
    }

    private record Pairwise<T, U>(Operator operator, Iterator<T> first, Iterator<U> second)
            implements Iterator<Tuple2<T, U>> {
        @Override
        public boolean hasNext() {
            boolean more = first.hasNext();
            if (more != second.hasNext()) {
                throw new RefusedException(
                        "a partition of the " + (more ? "first" : "second")
                                + " dataset has more records than that of the other, given to " + operator
                                + "; zip datasets that were made of one by operations that keep each record, or join them by a key");
            }
            return more;
        }

        @Override
        public Tuple2<T, U> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return new Tuple2<>(first.next(), second.next());
        }
    }

    /** The place of the first record of each partition among all, and the number of all. */
    static long[] begins(List<Long> counts) {
        long[] begins = new long[counts.size() + 1];
        for (int i = 0; i < counts.size(); i++) {
            begins[i + 1] = begins[i] + counts.get(i);
        }
        return begins;
    }

    /** @param counts the number of records of each partition; of a single one nobody asks */
    static <T> RddNode<Tuple2<T, Long>> withIndex(Operator operator, RddNode<T> in, List<Long> counts) {
        long[] begins = begins(counts);
        return MapPartitionsNode.indexed(
                operator, in, (partition, records) -> new Numbered<>(records, begins[partition], 1), false);
    }

    static <T> RddNode<Tuple2<T, Long>> withUniqueId(Operator operator, RddNode<T> in) {
        int partitions = in.partitions();
        return MapPartitionsNode.indexed(
                operator, in, (partition, records) -> new Numbered<>(records, partition, partitions), false);
    }

    private static final class Numbered<T> implements Iterator<Tuple2<T, Long>> {
        private final Iterator<T> records;
        private final long step;
        private long next;

        Numbered(Iterator<T> records, long first, long step) {
            this.records = records;
            this.next = first;
            this.step = step;
        }

        @Override
        public boolean hasNext() {
            return records.hasNext();
        }

        @Override
        public Tuple2<T, Long> next() {
            Tuple2<T, Long> numbered = new Tuple2<>(records.next(), next);
            next += step;
            return numbered;
        }
    }
}
