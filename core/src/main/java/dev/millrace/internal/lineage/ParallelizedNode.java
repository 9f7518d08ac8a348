/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.util.List;

/** Data of the program's own memory, cut into runs of almost equal length. */
public final class ParallelizedNode<T> extends RddNode<T> {
    private final List<T> data;

    public ParallelizedNode(Operator operator, List<T> data, int partitions) {
        super(operator, partitions, null, List.of());
        this.data = data;
    }

    public List<T> slice(int partition) {
        return data.subList(bound(partition), bound(partition + 1));
    }

    public int size() {
        return data.size();
    }

    private int bound(int partition) {
        return (int) ((long) partition * data.size() / partitions());
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
