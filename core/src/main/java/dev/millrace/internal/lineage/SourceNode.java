/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.spi.PartitionedSource;
import java.util.List;

/** Data from outside, read anew each time it is asked for: the one open kind of leaf. */
public final class SourceNode<T> extends RddNode<T> {
    private final PartitionedSource<T> source;

    public SourceNode(Operator operator, PartitionedSource<T> source) {
        super(operator, source.partitions(), null, List.of());
        this.source = source;
    }

    public PartitionedSource<T> source() {
        return source;
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
