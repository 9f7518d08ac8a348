/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

/** One method a kind of node, so that the compiler finds the engine that forgot one. */
public interface RddVisitor<T, R> {
    R visit(ParallelizedNode<T> node);

    R visit(SourceNode<T> node);

    R visit(BlocksNode<T> node);

    <S> R visit(MapNode<S, T> node);

    R visit(FilterNode<T> node);

    <S> R visit(FlatMapNode<S, T> node);

    <S> R visit(GuardedNode<S, T> node);

    <S> R visit(MapPartitionsNode<S, T> node);

    R visit(UnionNode<T> node);

    R visit(CoalesceNode<T> node);

    R visit(SideBySideNode<T> node);

    R visitCartesian(CartesianNode<?, ?> node);

    R visitShuffle(ShuffleNode<?, ?, ?> node);

    R visit(MaterializedNode<T> node);

    R visit(PersistedNode<T> node);
}
