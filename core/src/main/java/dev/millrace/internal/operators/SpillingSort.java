/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.Reservation;
import dev.millrace.internal.memory.Sampler;
import dev.millrace.internal.memory.Spill;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sorts records of a partition, in memory as far as the budget goes, with the same result beyond: equal records stay in order of
 * arrival. When memory is refused, what is there is sorted and written as a run; as soon as there are many runs of one level,
 * they are merged into one of the next. One thread.
 */
public final class SpillingSort<T> implements AutoCloseable {
    private static final long LEAST_BYTES = 1 << 16; // a sort may hold so many bytes, whatever the budget
    private static final int SLOT = 8; // in an array that has grown, and in that of the sort
    private static final int FAN_IN = 16;

    private final MemorySpace space;
    private final Comparator<? super T> order;
    private final Sampler sampler = new Sampler();
    private final Reservation reservation;
    private final List<List<Spill>> levels = new ArrayList<>(); // the runs of a higher level are earlier
    private List<T> open = new ArrayList<>();

    /** One to which records are added, and of which then the {@link #result} is asked. */
    public SpillingSort(MemorySpace space, Comparator<? super T> order) {
        this.space = space;
        this.order = order;
        reservation = space.reservation();
    }

    /** The records in order; what they need is given back at their end, or with the task. */
    public static <T> Iterator<T> of(Iterator<T> records, Comparator<? super T> order, TaskScope scope) {
        SpillingSort<T> sort = new SpillingSort<>(scope.space(), order);
        Iterator<T> sorted = scope.leaf(sort.result());
        records.forEachRemaining(sort::add);
        return sorted;
    }

    /** The records in order, read after all have been added. */
    public Iterator<T> result() {
        return new Sorted<>(this);
    }

    public void add(T record) {
        open.add(record);
        if (sampler.isDue()) {
            sampler.add(SLOT, record);
            sampler.next();
            fit();
        }
    }

    private void fit() {
        long bytes = open.size() * sampler.mean();
        if (reservation.tryGrowTo(bytes)) {
            return;
        }
        if (bytes <= LEAST_BYTES) {
            reservation.setTo(bytes);
        } else {
            open.sort(order);
            addRun(0, written(open.iterator()));
            open = new ArrayList<>();
            reservation.close();
        }
    }

    private Spill written(Iterator<T> sorted) {
        Spill run = space.spill(1, 1);
        try {
            sorted.forEachRemaining(record -> run.add(0, record));
            run.complete();
            return run;
        } catch (Throwable e) {
            run.close();
            throw e;
        }
    }

    private void addRun(int level, Spill run) {
        if (level == levels.size()) {
            levels.add(new ArrayList<>());
        }
        List<Spill> runs = levels.get(level);
        runs.add(run);
        if (runs.size() == FAN_IN) {
            Spill merged = written(
                    new OrderedMerge<>(runs.stream().map(SpillingSort::<T>read).toList(), order));
            runs.forEach(Spill::close);
            runs.clear();
            addRun(level + 1, merged);
        }
    }

    @SuppressWarnings("unchecked") // as they were written
    private static <T> Iterator<T> read(Spill run) {
        Iterator<Object[]> entries = run.read(0);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public T next() {
                return (T) entries.next()[0];
            }
        };
    }

    private Iterator<T> sorted() {
        fit();
        open.sort(order);
        List<Iterator<T>> runs = new ArrayList<>();
        for (int level = levels.size() - 1; level >= 0; level--) {
            levels.get(level).forEach(run -> runs.add(read(run)));
        }
        if (runs.isEmpty()) {
            return open.iterator();
        }
        runs.add(open.iterator());
        return new OrderedMerge<>(runs, order);
    }

    @Override
    public void close() {
        open = List.of();
        reservation.close();
        levels.forEach(runs -> runs.forEach(Spill::close));
        levels.clear();
    }

    /** The result, sorted when it is first asked for, which is after all records have been added. */
    private static final class Sorted<T> implements Iterator<T>, AutoCloseable {
        private final SpillingSort<T> sort;
        private @Nullable Iterator<T> records;

        Sorted(SpillingSort<T> sort) {
            this.sort = sort;
        }

        private Iterator<T> records() {
            if (records == null) {
                records = sort.sorted();
            }
            return records;
        }

        @Override
        public boolean hasNext() {
            boolean more = records().hasNext();
            if (!more) {
                sort.close();
            }
            return more;
        }

        @Override
        public T next() {
            return records().next();
        }

        @Override
        public void close() {
            sort.close();
        }
    }
}
