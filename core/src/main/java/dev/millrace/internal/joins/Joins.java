/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.joins;

import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import dev.millrace.Tuple4;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.lineage.SideBySideNode;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.Actions;
import dev.millrace.internal.operators.MapIterator;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.Partitioner;
import java.io.Serializable;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The lineage of joins and cogroups. Keys stand in order of first arrival, side by side; of a key the pairs in order of the left
 * value, then of the right one.
 */
public final class Joins {
    private Joins() {}

    /** The layout that most inputs have already, as far as one has any: the one with the most partitions, of these the first. */
    public static Partitioner partitioner(int defaultPartitions, List<? extends RddNode<?>> sides) {
        return sides.stream()
                .map(RddNode::partitioner)
                .filter(Objects::nonNull)
                .reduce((largest, other) -> other.numPartitions() > largest.numPartitions() ? other : largest)
                .orElseGet(() -> new HashPartitioner(defaultPartitions));
    }

    /**
     * @param <A> the left value of a result, an Optional if the kind gives keys without one
     * @param <B> the right value, likewise
     */
    public static <K, V, W, A, B> RddNode<Tuple2<K, Tuple2<A, B>>> join(
            JoinKind kind,
            Operator operator,
            RddNode<Tuple2<K, V>> left,
            RddNode<Tuple2<K, W>> right,
            Partitioner partitioner) {
        return Joins.<K, Tuple2<K, Tuple2<A, B>>>grouped(
                operator, List.of(left, right), partitioner, group -> kind.pairs(group, operator));
    }

    /** The pairs whose keys the other side does not have. */
    public static <K, V, W> RddNode<Tuple2<K, V>> subtractByKey(
            Operator operator, RddNode<Tuple2<K, V>> left, RddNode<Tuple2<K, W>> right, Partitioner partitioner) {
        RddNode<Tuple2<K, Boolean>> keys = // whose values need not be held
                new MapNode<>(operator, right, pair -> new Tuple2<>(pair._1(), true), true);
        return Joins.<K, Tuple2<K, V>>grouped(
                operator,
                List.of(left, keys),
                partitioner,
                group -> group.has(1)
                        ? Collections.emptyIterator()
                        : new MapIterator<V, Tuple2<K, V>>(
                                group.values(0), value -> new Tuple2<>(group.key(), value), operator));
    }

    /** Of two sides: of each key all values of both, in lists. */
    public static <K, V, W> RddNode<Tuple2<K, Tuple2<List<V>, List<W>>>> cogroup(
            Operator operator, RddNode<Tuple2<K, V>> first, RddNode<Tuple2<K, W>> second, Partitioner partitioner) {
        return listed(
                operator, List.of(first, second), partitioner, group -> new Tuple2<>(list(group, 0), list(group, 1)));
    }

    /** Of three sides. */
    public static <K, V, W1, W2> RddNode<Tuple2<K, Tuple3<List<V>, List<W1>, List<W2>>>> cogroup(
            Operator operator,
            RddNode<Tuple2<K, V>> first,
            RddNode<Tuple2<K, W1>> second,
            RddNode<Tuple2<K, W2>> third,
            Partitioner partitioner) {
        return listed(
                operator,
                List.of(first, second, third),
                partitioner,
                group -> new Tuple3<>(list(group, 0), list(group, 1), list(group, 2)));
    }

    /** Of four sides. */
    public static <K, V, W1, W2, W3> RddNode<Tuple2<K, Tuple4<List<V>, List<W1>, List<W2>, List<W3>>>> cogroup(
            Operator operator,
            RddNode<Tuple2<K, V>> first,
            RddNode<Tuple2<K, W1>> second,
            RddNode<Tuple2<K, W2>> third,
            RddNode<Tuple2<K, W3>> fourth,
            Partitioner partitioner) {
        return listed(
                operator,
                List.of(first, second, third, fourth),
                partitioner,
                group -> new Tuple4<>(list(group, 0), list(group, 1), list(group, 2), list(group, 3)));
    }

    private static <V> List<V> list(Group<?> group, int side) {
        return Actions.toList(group.<V>values(side));
    }

    /** Makes of a group the lists of its sides. */
    private interface Lists<K, C> extends Serializable {
        C of(Group<K> group);
    }

    private static <K, C> RddNode<Tuple2<K, C>> listed(
            Operator operator, List<RddNode<?>> sides, Partitioner partitioner, Lists<K, C> lists) {
        return Joins.<K, Tuple2<K, C>>grouped(
                operator,
                sides,
                partitioner,
                group -> List.of(new Tuple2<>(group.key(), lists.of(group))).iterator());
    }

    /** Makes of a group what goes on. */
    private interface OfGroup<K, T> extends Serializable {
        Iterator<T> give(Group<K> group);
    }

    private static <K, T> RddNode<T> grouped(
            Operator operator, List<RddNode<?>> sides, Partitioner partitioner, OfGroup<K, T> function) {
        Map<RddNode<?>, RddNode<?>> placed = new IdentityHashMap<>(); // a dataset joined with itself is moved once
        sides.forEach(side -> placed.computeIfAbsent(side, node -> moved(operator, node, partitioner)));
        return SideBySideNode.byKey(
                operator,
                sides.stream().<RddNode<?>>map(placed::get).toList(),
                partitioner,
                (partitions, space) -> read(partitions, space, function));
    }

    @SuppressWarnings("unchecked") // sides are datasets of pairs
    private static RddNode<?> moved(Operator operator, RddNode<?> side, Partitioner partitioner) {
        return placed(operator, (RddNode<Tuple2<Object, Object>>) side, partitioner);
    }

    /** The same pairs, each where its key belongs; nothing is moved that stands there. */
    public static <K, V> RddNode<Tuple2<K, V>> placed(
            Operator operator, RddNode<Tuple2<K, V>> pairs, Partitioner partitioner) {
        return partitioner.equals(pairs.partitioner())
                ? pairs
                : new ShuffleNode<K, V, V>(operator, pairs, partitioner, null);
    }

    @SuppressWarnings("unchecked")
    private static <K, T> Iterator<T> read(
            List<? extends Iterator<?>> partitions, MemorySpace space, OfGroup<K, T> function) {
        GroupedRows<K> rows = new GroupedRows<>(space, partitions.size());
        try {
            for (int side = 0; side < partitions.size(); side++) {
                rows.addAll(side, (Iterator<Tuple2<K, Object>>) partitions.get(side));
            }
            return new ConcatIterator<>(rows.groups(), function::give, rows);
        } catch (Throwable e) {
            rows.close();
            throw e;
        }
    }
}
