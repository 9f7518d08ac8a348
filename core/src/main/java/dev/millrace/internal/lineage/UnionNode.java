/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.util.List;
import java.util.stream.Stream;

/** The partitions of several datasets, one after the other; unions of unions are one, so that a loop of them is flat. */
public final class UnionNode<T> extends RddNode<T> {
    public UnionNode(Operator operator, List<RddNode<T>> parts) {
        super(operator, parts.stream().mapToInt(RddNode::partitions).sum(), null, flat(parts));
    }

    private static <T> List<RddNode<?>> flat(List<RddNode<T>> parts) {
        return parts.stream()
                .<RddNode<?>>flatMap(part -> part instanceof UnionNode<T> ? part.parents().stream() : Stream.of(part))
                .toList();
    }

    @SuppressWarnings("unchecked") // as they were given
    public List<RddNode<T>> parts() {
        return (List<RddNode<T>>) (List<?>) parents();
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
