/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import dev.millrace.Tuple2;
import dev.millrace.function.Function;
import dev.millrace.internal.lineage.BlocksNode;
import dev.millrace.internal.lineage.CartesianNode;
import dev.millrace.internal.lineage.CoalesceNode;
import dev.millrace.internal.lineage.Combine;
import dev.millrace.internal.lineage.FilterNode;
import dev.millrace.internal.lineage.FlatMapNode;
import dev.millrace.internal.lineage.GuardedNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.RddVisitor;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.lineage.SideBySideNode;
import dev.millrace.internal.lineage.SourceNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.rdd.Partitioner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** Copies lineages: the same nodes, with functions that have gone through serialization and records that are watched. */
final class PortableLineage {
    private final Portability noted;
    private final Map<RddNode<?>, RddNode<?>> copies = Collections.synchronizedMap(new WeakHashMap<>()); // by identity

    PortableLineage(Portability noted) {
        this.noted = noted;
    }

    /** The same copy for the same node, so that a shuffle that is shared is run once. */
    @SuppressWarnings("unchecked") // a copy has the records of its original
    <T> RddNode<T> copy(RddNode<T> node) {
        RddNode<?> known = copies.get(node);
        if (known == null) {
            known = node.accept(new Copy<>());
            copies.put(node, known);
        }
        if (node instanceof PersistedNode<?> original && !original.isWanted()) {
            ((PersistedNode<?>) known).noLongerWanted();
        }
        return (RddNode<T>) known;
    }

    /** The copy of a parent, of whose records {@code reader} must not change any. */
    private <T> RddNode<T> watched(Operator reader, RddNode<T> parent) {
        return new MapPartitionsNode<>(reader, copy(parent), records -> noted.watched(reader, records), true);
    }

    private final class Copy<T> implements RddVisitor<T, RddNode<T>> {
        @Override
        public RddNode<T> visit(ParallelizedNode<T> node) {
            return node;
        }

        @Override
        public RddNode<T> visit(SourceNode<T> node) {
            return new SourceNode<>(node.operator(), noted.copy(node.operator(), node.source()));
        }

        @Override
        public RddNode<T> visit(BlocksNode<T> node) {
            return node;
        }

        @Override
        public <S> RddNode<T> visit(MapNode<S, T> node) {
            return new MapNode<>(
                    node.operator(),
                    watched(node.operator(), node.parent()),
                    noted.copy(node.operator(), node.function()),
                    node.partitioner() != null);
        }

        @Override
        public RddNode<T> visit(FilterNode<T> node) {
            return new FilterNode<>(
                    node.operator(),
                    watched(node.operator(), node.parent()),
                    noted.copy(node.operator(), node.predicate()));
        }

        @Override
        public <S> RddNode<T> visit(FlatMapNode<S, T> node) {
            Function<? super S, ? extends Iterator<? extends T>> function =
                    noted.copy(node.operator(), node.function());
            return new FlatMapNode<>(
                    node.operator(), watched(node.operator(), node.parent()), function, node.partitioner() != null);
        }

        @Override
        public <S> RddNode<T> visit(GuardedNode<S, T> node) {
            return new GuardedNode<>(
                    watched(node.operator(), node.parent()),
                    noted.copy(node.operator(), node.function()),
                    node.guard(),
                    node.partitioner() != null);
        }

        @Override
        public <S> RddNode<T> visit(MapPartitionsNode<S, T> node) {
            return MapPartitionsNode.indexed(
                    node.operator(),
                    watched(node.operator(), node.parent()),
                    noted.copy(node.operator(), node.function()),
                    node.partitioner() != null);
        }

        @Override
        public RddNode<T> visit(UnionNode<T> node) {
            return new UnionNode<>(
                    node.operator(),
                    node.parts().stream().map(PortableLineage.this::copy).toList());
        }

        @Override
        public RddNode<T> visit(CoalesceNode<T> node) {
            return new CoalesceNode<>(node.operator(), copy(node.parent()), node.partitions());
        }

        @Override
        public RddNode<T> visit(SideBySideNode<T> node) {
            List<RddNode<?>> sides = new ArrayList<>();
            node.parents().forEach(side -> sides.add(watched(node.operator(), side)));
            SideBySideNode.Together<T> function = noted.copy(node.operator(), node.function());
            Partitioner partitioner = node.partitioner();
            return partitioner == null
                    ? SideBySideNode.of(node.operator(), sides, function)
                    : SideBySideNode.byKey(node.operator(), sides, partitioner, function);
        }

        @Override
        @SuppressWarnings("unchecked") // a node of pairs is one of T
        public RddNode<T> visitCartesian(CartesianNode<?, ?> node) {
            return (RddNode<T>) new CartesianNode<>(node.operator(), copy(node.first()), copy(node.second()));
        }

        @Override
        @SuppressWarnings("unchecked") // a shuffle of T is a node of pairs
        public RddNode<T> visitShuffle(ShuffleNode<?, ?, ?> node) {
            return (RddNode<T>) shuffle(node);
        }

        @Override
        public RddNode<T> visit(MaterializedNode<T> node) {
            return node;
        }

        @Override
        public RddNode<T> visit(PersistedNode<T> node) {
            return new PersistedNode<>(copy(node.parent()), node.level());
        }
    }

    private <K, V, C> RddNode<Tuple2<K, C>> shuffle(ShuffleNode<K, V, C> node) {
        Operator operator = node.operator();
        RddNode<Tuple2<K, V>> pairs = new MapNode<>(
                operator,
                copy(node.parent()),
                pair -> {
                    noted.key(operator, pair._1());
                    return pair;
                },
                true);
        Combine<V, C> combine = node.combine();
        return new ShuffleNode<>(
                operator,
                pairs,
                noted.copy(operator, node.target()),
                combine == null ? null : noted.copy(operator, combine));
    }
}
