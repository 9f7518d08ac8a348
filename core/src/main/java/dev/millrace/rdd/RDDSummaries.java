/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.MillraceContext;
import dev.millrace.function.Function2;
import dev.millrace.function.SerializableComparator;
import dev.millrace.internal.engine.TaskFunction;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.operators.Actions;
import dev.millrace.internal.operators.HyperLogLog;
import dev.millrace.internal.operators.NaturalOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The actions that make one value of all records, such as a sum, or the greatest: tasks make one of each partition, and what they give is
 * put together here.
 *
 * @param <T> the type of the records
 */
abstract sealed class RDDSummaries<T> extends RDDHandle<T> permits RDDActions {
    RDDSummaries(MillraceContext context, RddNode<T> node) {
        super(context, node);
    }

    /** The number of records; computes every partition. */
    public long count() {
        return run(Actions::count).stream().mapToLong(Long::longValue).sum();
    }

    /**
     * All records merged into one by an associative function, in order.
     *
     * @throws NoSuchElementException if there is no record
     */
    public T reduce(Function2<T, T, T> function) {
        return reduced(Operator.here("reduce"), node(), function);
    }

    /**
     * The same, of which neighbours are merged in tasks, level by level, before the rest is merged here: for many partitions.
     *
     * @param depth the number of levels, at least 1
     * @throws NoSuchElementException if there is no record
     */
    public T treeReduce(Function2<T, T, T> function, int depth) {
        Operator operator = Operator.here("treeReduce");
        RddNode<T> partials = new MapPartitionsNode<>(
                operator,
                node(),
                records -> Actions.reduce(records, function, operator).iterator(),
                false);
        return reduced(operator, TreeAggregation.levels(operator, partials, function, depth), function);
    }

    /** Like {@link #treeReduce(Function2, int)}, in 2 levels. */
    public T treeReduce(Function2<T, T, T> function) {
        return treeReduce(function, 2);
    }

    private T reduced(Operator operator, RddNode<T> data, Function2<T, T, T> function) {
        List<T> partials = new ArrayList<>();
        run(data, (TaskFunction<T, List<T>>) records -> Actions.reduce(records, function, operator))
                .forEach(partials::addAll);
        List<T> result = Actions.reduce(partials.iterator(), function, operator);
        if (result.isEmpty()) {
            throw new NoSuchElementException(operator.name() + "() of an RDD without records; ask isEmpty() before");
        }
        return result.get(0);
    }

    /** Like {@link #max(Comparator)}, by a lambda or method reference. */
    public T max(SerializableComparator<? super T> comparator) {
        return max((Comparator<? super T>) comparator);
    }

    /**
     * The greatest record; among equals the first.
     *
     * @throws NoSuchElementException if there is none
     */
    public T max(Comparator<? super T> comparator) {
        return reduced(Operator.here("max"), node(), (a, b) -> comparator.compare(a, b) >= 0 ? a : b);
    }

    /** Like {@link #min(Comparator)}, by a lambda or method reference. */
    public T min(SerializableComparator<? super T> comparator) {
        return min((Comparator<? super T>) comparator);
    }

    /**
     * The least record; among equals the first.
     *
     * @throws NoSuchElementException if there is none
     */
    public T min(Comparator<? super T> comparator) {
        return reduced(Operator.here("min"), node(), (a, b) -> comparator.compare(a, b) <= 0 ? a : b);
    }

    /** Like {@link #aggregate} with one function: the zero value stands before the records of each partition, and once before all. */
    public T fold(T zero, Function2<T, T, T> function) {
        return aggregated(Operator.here("fold"), zero, function, function);
    }

    /**
     * All records merged into a value, partition by partition and in order, and then the values of the partitions in theirs.
     *
     * @param zero what each partition begins with, and the merging of the partitions: each with a copy, which the functions may change;
     *     a type of your own is declared by {@code registerTypes}
     * @param add merges a record into a value
     * @param merge merges the value of a partition into that of those before
     */
    public <U> U aggregate(U zero, Function2<U, T, U> add, Function2<U, U, U> merge) {
        return aggregated(Operator.here("aggregate"), zero, add, merge);
    }

    private <U> U aggregated(Operator operator, U zero, Function2<U, T, U> add, Function2<U, U, U> merge) {
        ZeroValue<U> start = ZeroValue.of(operator, zero, context.codec());
        List<U> partials = run((TaskFunction<T, U>) records -> Actions.fold(records, start.fresh(), add, operator));
        return Actions.fold(partials.iterator(), start.fresh(), merge, operator);
    }

    /** Like {@link #treeAggregate(Object, Function2, Function2, int)}, in 2 levels. */
    public <U> U treeAggregate(U zero, Function2<U, T, U> add, Function2<U, U, U> merge) {
        return treeAggregate(zero, add, merge, 2);
    }

    /** Like {@link #treeAggregate(Object, Function2, Function2, int, boolean)}; the last values are merged in this process. */
    public <U> U treeAggregate(U zero, Function2<U, T, U> add, Function2<U, U, U> merge, int depth) {
        return treeAggregate(zero, add, merge, depth, false);
    }

    /**
     * Like {@link #aggregate}, of which neighbouring partitions are merged in tasks, level by level: for many partitions, or large
     * values. The zero value stands before the records of each partition only.
     *
     * @param depth the number of levels, at least 1
     * @param finalAggregateOnExecutor whether a task merges the last values too, so that only the result comes to this process
     */
    public <U> U treeAggregate(
            U zero, Function2<U, T, U> add, Function2<U, U, U> merge, int depth, boolean finalAggregateOnExecutor) {
        Operator operator = Operator.here("treeAggregate");
        ZeroValue<U> start = ZeroValue.of(operator, zero, context.codec());
        RddNode<U> partials = new MapPartitionsNode<>(
                operator,
                node(),
                records -> Collections.singletonList(Actions.fold(records, start.fresh(), add, operator))
                        .iterator(),
                false);
        RddNode<U> last = TreeAggregation.levels(operator, partials, merge, depth);
        List<U> results = new ArrayList<>();
        run(finalAggregateOnExecutor ? TreeAggregation.merged(operator, last, merge, 1) : last, Actions::toList)
                .forEach(results::addAll);
        List<U> merged = Actions.reduce(results.iterator(), merge, operator);
        return merged.isEmpty() ? start.fresh() : merged.get(0);
    }

    /** Like {@link #top(int, Comparator)}, in the natural order of the records. */
    public List<T> top(int n) {
        return best(n, new NaturalOrder<T>(Operator.here("top")));
    }

    /** Like {@link #top(int, Comparator)}, by a lambda or method reference. */
    public List<T> top(int n, SerializableComparator<? super T> comparator) {
        return top(n, (Comparator<? super T>) comparator);
    }

    /** The {@code n} greatest records, greatest first; among equals the earlier ones. Twice as many are held in memory. */
    public List<T> top(int n, Comparator<? super T> comparator) {
        return best(n, comparator);
    }

    /** Like {@link #takeOrdered(int, Comparator)}, in the natural order of the records. */
    public List<T> takeOrdered(int n) {
        return best(n, new NaturalOrder<T>(Operator.here("takeOrdered")).reversed());
    }

    /** Like {@link #takeOrdered(int, Comparator)}, by a lambda or method reference. */
    public List<T> takeOrdered(int n, SerializableComparator<? super T> comparator) {
        return takeOrdered(n, (Comparator<? super T>) comparator);
    }

    /** The {@code n} least records, least first; among equals the earlier ones. Twice as many are held in memory. */
    public List<T> takeOrdered(int n, Comparator<? super T> comparator) {
        return best(n, comparator.reversed());
    }

    private List<T> best(int n, Comparator<? super T> order) {
        List<T> best = new ArrayList<>();
        run((TaskFunction<T, List<T>>) records -> Actions.top(records, n, order))
                .forEach(best::addAll);
        return Actions.top(best.iterator(), n, order);
    }

    /** Each record that occurs, with how often it does, in order of first arrival in partitions by hash. In this process's memory. */
    public Map<T, Long> countByValue() {
        return new PairRDD<>(context, SetOperations.counts(Operator.here("countByValue"), node(), context))
                .collectAsMap();
    }

    /** Like {@link #count()}; it is exact, however much time is allowed. */
    public PartialResult<BoundedDouble> countApprox(long timeout) {
        return countApprox(timeout, 0.95);
    }

    /** Like {@link #count()}; it is exact, however much time and whatever confidence is asked for. */
    public PartialResult<BoundedDouble> countApprox(long timeout, double confidence) {
        return new PartialResult<>(BoundedDouble.exactly(count()));
    }

    /** Like {@link #countByValue()}; it is exact, however much time is allowed. */
    public PartialResult<Map<T, BoundedDouble>> countByValueApprox(long timeout) {
        return countByValueApprox(timeout, 0.95);
    }

    /** Like {@link #countByValue()}; it is exact, however much time and whatever confidence is asked for. */
    public PartialResult<Map<T, BoundedDouble>> countByValueApprox(long timeout, double confidence) {
        return new PartialResult<>(BoundedDouble.exactly(countByValue()));
    }

    /**
     * About how many different records there are, equal by their own equals, in little memory whatever their number. The estimate is the
     * same in every run and does not depend on partitions.
     *
     * @param relativeSD how far it is off on average, such as 0.05; half of that needs four times the memory, which is 512 bytes for 0.05
     */
    public long countApproxDistinct(double relativeSD) {
        HyperLogLog registers = new HyperLogLog(relativeSD);
        Operator operator = Operator.here("countApproxDistinct");
        List<byte[]> partials = run((TaskFunction<T, byte[]>)
                records -> Actions.fold(records, registers.empty(), registers::add, operator));
        return registers.estimate(Actions.fold(partials.iterator(), registers.empty(), registers::merge, operator));
    }
}
