/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.rdd.StorageLevel;
import java.util.List;

/**
 * The same records as the parent's, kept by the engine once they are computed. Whether that is still wanted is the one
 * thing about a node that changes: lineages made before the end of it go on being right, and compute again.
 */
public final class PersistedNode<T> extends RddNode<T> {
    private final RddNode<T> parent;
    private final StorageLevel level;
    private volatile boolean wanted = true;

    public PersistedNode(RddNode<T> parent, StorageLevel level) {
        super(parent.operator(), parent.partitions(), parent.partitioner(), List.of(parent));
        this.parent = parent;
        this.level = level;
    }

    public RddNode<T> parent() {
        return parent;
    }

    public StorageLevel level() {
        return level;
    }

    public boolean isWanted() {
        return wanted;
    }

    /** From now on nothing more is kept; the engine is told apart from this. */
    public void noLongerWanted() {
        wanted = false;
    }

    @Override
    public <R> R accept(RddVisitor<T, R> visitor) {
        return visitor.visit(this);
    }
}
