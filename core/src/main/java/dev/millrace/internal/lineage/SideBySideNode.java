/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.rdd.Partitioner;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of several datasets that have as many, those of the same number put together by a function: by key where all are laid
 * out by one partitioner, or by place. It moves nothing.
 */
public final class SideBySideNode<T> extends RddNode<T> {
    private final Together<T> function;

    /** Puts partitions together, in a task. */
    @FunctionalInterface
    public interface Together<T> extends Serializable {
        /**
         * @param partitions the records of each side, to be gone through once
         * @param space where it may hold them until it has given the last record
         * @return the records, which are closed with the task if they can be
         */
        Iterator<T> read(List<? extends Iterator<?>> partitions, MemorySpace space);
    }

    private SideBySideNode(
            Operator operator, List<RddNode<?>> sides, @Nullable Partitioner partitioner, Together<T> function) {
        super(operator, sides.get(0).partitions(), partitioner, List.copyOf(sides));
        this.function = function;
    }

    /** @param sides at least one, which all have as many partitions */
    public static <T> SideBySideNode<T> of(Operator operator, List<RddNode<?>> sides, Together<T> function) {
        return new SideBySideNode<>(operator, sides, null, function);
    }

    /** @param sides at least one; all are laid out by {@code partitioner}, as the result is */
    public static <T> SideBySideNode<T> byKey(
            Operator operator, List<RddNode<?>> sides, Partitioner partitioner, Together<T> function) {
        return new SideBySideNode<>(operator, sides, partitioner, function);
    }

    public Together<T> function() {
        return function;
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
