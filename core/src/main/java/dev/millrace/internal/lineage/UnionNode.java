/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.util.List;
import java.util.stream.Stream;

/** The partitions of several datasets, one after the other; unions of unions are one, so that a loop of them is flat. */
public final class UnionNode<T> extends RddNode<T> {
    private final List<RddNode<T>> parts;

    public UnionNode(Operator operator, List<RddNode<T>> parts) {
        super(operator, parts.stream().mapToInt(RddNode::partitions).sum(), null);
        this.parts = parts.stream()
                .flatMap(part -> part instanceof UnionNode<T> union ? union.parts.stream() : Stream.of(part))
                .toList();
    }

    public List<RddNode<T>> parts() {
        return parts;
    }

    @Override
    public List<RddNode<?>> parents() {
        return List.copyOf(parts);
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
