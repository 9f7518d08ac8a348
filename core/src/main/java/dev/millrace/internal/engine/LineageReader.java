/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.BlocksNode;
import dev.millrace.internal.lineage.CartesianNode;
import dev.millrace.internal.lineage.CoalesceNode;
import dev.millrace.internal.lineage.FilterNode;
import dev.millrace.internal.lineage.FlatMapNode;
import dev.millrace.internal.lineage.GuardedNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.RddVisitor;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.lineage.SideBySideNode;
import dev.millrace.internal.lineage.SourceNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.operators.CrossIterator;
import dev.millrace.internal.operators.FilterIterator;
import dev.millrace.internal.operators.FlatMapIterator;
import dev.millrace.internal.operators.GuardedIterator;
import dev.millrace.internal.operators.MapIterator;
import dev.millrace.internal.operators.PartitionIterator;
import dev.millrace.internal.operators.Sources;
import dev.millrace.internal.operators.TaskScope;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/** Reads one partition of a dataset in a task: the narrow chain down to leaves and shuffles, as one fused iterator. */
final class LineageReader {
    private final TaskScope scope;
    private final Job job;
    private final StepStore steps;
    private final CacheStore cache;

    LineageReader(TaskScope scope, Job job, StepStore steps, CacheStore cache) {
        this.scope = scope;
        this.job = job;
        this.steps = steps;
        this.cache = cache;
    }

    <T> Iterator<T> read(RddNode<T> node, int partition) {
        return node.accept(new PartitionReader<>(partition));
    }

    private final class PartitionReader<T> implements RddVisitor<T, Iterator<T>> {
        private final int partition;

        PartitionReader(int partition) {
            this.partition = partition;
        }

        @Override
        public Iterator<T> visit(ParallelizedNode<T> node) {
            return scope.input(node.id(), node.operator(), node.slice(partition).iterator());
        }

        @Override
        public Iterator<T> visit(SourceNode<T> node) {
            return scope.input(node.id(), node.operator(), Sources.read(node.source(), node.operator(), partition));
        }

        @Override
        public Iterator<T> visit(BlocksNode<T> node) {
            return scope.input(node.id(), node.operator(), node.read(partition));
        }

        @Override
        public <S> Iterator<T> visit(MapNode<S, T> node) {
            return new MapIterator<>(read(node.parent(), partition), node.function(), node.operator());
        }

        @Override
        public Iterator<T> visit(FilterNode<T> node) {
            return new FilterIterator<>(read(node.parent(), partition), node.predicate(), node.operator());
        }

        @Override
        public <S> Iterator<T> visit(FlatMapNode<S, T> node) {
            return new FlatMapIterator<>(read(node.parent(), partition), node.function(), node.operator());
        }

        @Override
        public <S> Iterator<T> visit(GuardedNode<S, T> node) {
            return new GuardedIterator<>(read(node.parent(), partition), node.function(), node.guard(), partition);
        }

        @Override
        public <S> Iterator<T> visit(MapPartitionsNode<S, T> node) {
            Iterator<S> records = read(node.parent(), partition);
            return PartitionIterator.of(() -> node.function().call(partition, records), node.operator());
        }

        @Override
        public Iterator<T> visit(UnionNode<T> node) {
            int local = partition;
            for (RddNode<T> part : node.parts()) {
                if (local < part.partitions()) {
                    return read(part, local);
                }
                local -= part.partitions();
            }
            throw new IllegalArgumentException(node + " has no partition " + partition);
        }

        @Override
        public Iterator<T> visit(CoalesceNode<T> node) {
            return new ConcatIterator<>(
                    IntStream.range(node.firstOf(partition), node.firstOf(partition + 1))
                            .iterator(),
                    parent -> read(node.parent(), parent));
        }

        @Override
        public Iterator<T> visit(SideBySideNode<T> node) {
            List<Iterator<?>> partitions = new ArrayList<>();
            node.parents().forEach(parent -> partitions.add(read(parent, partition)));
            return scope.leaf(node.function().read(partitions, job.space()));
        }

        @Override
        public Iterator<T> visitCartesian(CartesianNode<?, ?> node) {
            return cross(node);
        }

        @SuppressWarnings("unchecked") // a node of T is one of pairs
        private <A, B> Iterator<T> cross(CartesianNode<A, B> node) {
            return (Iterator<T>) CrossIterator.of(
                    read(node.first(), node.firstOf(partition)), read(node.second(), node.secondOf(partition)), scope);
        }

        @Override
        @SuppressWarnings("unchecked") // a shuffle of T is a node of pairs
        public Iterator<T> visitShuffle(ShuffleNode<?, ?, ?> node) {
            return (Iterator<T>) scope.leaf(job.shuffle(node).read(partition, scope));
        }

        @Override
        public Iterator<T> visit(MaterializedNode<T> node) {
            return scope.leaf(steps.read(node, partition));
        }

        @Override
        public Iterator<T> visit(PersistedNode<T> node) {
            Iterator<T> held = cache.find(node, partition);
            return held != null
                    ? scope.leaf(held)
                    : cache.filling(node, partition, read(node.parent(), partition), scope);
        }
    }
}
