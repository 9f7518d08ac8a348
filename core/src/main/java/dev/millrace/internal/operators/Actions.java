/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.function.Function2;
import dev.millrace.function.VoidFunction;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.CountedIterator;
import dev.millrace.internal.lineage.Operator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/** Runs actions on the records of one partition. */
public final class Actions {
    private Actions() {}

    public static <T> List<T> toList(Iterator<T> records) {
        List<T> list = new ArrayList<>();
        records.forEachRemaining(list::add);
        return list;
    }

    public static <T> long count(Iterator<T> records) {
        long[] count = {records instanceof CountedIterator<T> counted ? counted.passOver() : 0};
        records.forEachRemaining(value -> count[0]++);
        return count[0];
    }

    public static <T> List<T> take(Iterator<T> records, int n) {
        List<T> list = new ArrayList<>();
        while (list.size() < n && records.hasNext()) {
            list.add(records.next());
        }
        return list;
    }

    /** None or one record. */
    public static <T> List<T> reduce(Iterator<T> records, Function2<T, T, T> function, Operator operator) {
        List<T> result = new ArrayList<>(1);
        records.forEachRemaining(value -> {
            if (result.isEmpty()) {
                result.add(value);
            } else {
                try {
                    result.set(0, BrokenPromise.merged(function.call(result.get(0), value)));
                } catch (Throwable e) {
                    throw UserCode.failed(operator, e);
                }
            }
        });
        return result;
    }

    /** All records merged into {@code start}, which the function may change. */
    @SuppressWarnings("unchecked") // as it was put there
    public static <T, U> U fold(Iterator<T> records, U start, Function2<U, T, U> function, Operator operator) {
        Object[] result = {start};
        records.forEachRemaining(value -> {
            try {
                result[0] = BrokenPromise.merged(function.call((U) result[0], value));
            } catch (Throwable e) {
                throw UserCode.failed(operator, e);
            }
        });
        return (U) result[0];
    }

    /** The greatest, in memory for twice as many records as asked for; the sort keeps the order of equals. */
    public static <T> List<T> top(Iterator<T> records, int n, Comparator<? super T> comparator) {
        List<T> best = new ArrayList<>();
        Comparator<? super T> greatestFirst = comparator.reversed();
        records.forEachRemaining(value -> {
            best.add(value);
            if (best.size() >= 2L * n + 16) {
                cut(best, n, greatestFirst);
            }
        });
        cut(best, n, greatestFirst);
        return best;
    }

    private static <T> void cut(List<T> best, int n, Comparator<? super T> greatestFirst) {
        best.sort(greatestFirst);
        if (best.size() > n) {
            best.subList(n, best.size()).clear();
        }
    }

    public static <T> int foreach(Iterator<T> records, VoidFunction<T> action, Operator operator) {
        records.forEachRemaining(value -> {
            try {
                action.call(value);
            } catch (Throwable e) {
                throw UserCode.failed(operator, e);
            }
        });
        return 0;
    }

    public static <T> int foreachPartition(Iterator<T> records, VoidFunction<Iterator<T>> action, Operator operator) {
        try {
            action.call(records);
        } catch (Throwable e) {
            throw UserCode.failed(operator, e);
        }
        return 0;
    }
}
