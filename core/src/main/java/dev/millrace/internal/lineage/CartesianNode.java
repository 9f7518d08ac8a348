/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.Tuple2;
import java.util.List;

/** Each record of one dataset with each of another: of each partition of the first one partition with each of the second. */
public final class CartesianNode<A, B> extends RddNode<Tuple2<A, B>> {
    private final RddNode<A> first;
    private final RddNode<B> second;

    /** @throws ArithmeticException if there were more partitions than can be counted */
    public CartesianNode(Operator operator, RddNode<A> first, RddNode<B> second) {
        super(operator, Math.multiplyExact(first.partitions(), second.partitions()), null, List.of(first, second));
        this.first = first;
        this.second = second;
    }

    public RddNode<A> first() {
        return first;
    }

    public RddNode<B> second() {
        return second;
    }

    public int firstOf(int partition) {
        return partition / second.partitions();
    }

    public int secondOf(int partition) {
        return partition % second.partitions();
    }

    @Override
    public <R> R accept(RddVisitor<Tuple2<A, B>, R> visitor) {
        return visitor.visitCartesian(this);
    }
}
