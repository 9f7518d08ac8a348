/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.StepChange;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.streaming.BatchTime;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables of one step: each partition at the version of the last committed batch, and while a batch runs what its winning
 * attempts would make of them. They are changed when the batch is settled, so attempts can fail at will.
 */
final class StepTables<T extends StepTable> {
    private final List<T> base;
    private List<StepChange> provisional = List.of();
    private @Nullable BatchTime version;

    StepTables(List<T> base) {
        this.base = base;
    }

    T of(int partition) {
        return base.get(partition);
    }

    List<T> all() {
        return base;
    }

    boolean isSettled() {
        return provisional.isEmpty();
    }

    void provisional(BatchTime time, List<StepChange> changes) {
        provisional = changes;
        version = time;
    }

    /** The changes of the tables by the attempts that won, until the batch is settled. */
    List<StepChange> provisional() {
        return provisional;
    }

    /** The batch has ended; if it was committed, what was provisional has been applied. */
    void settled(boolean committed) {
        if (!committed) {
            base.forEach(StepTable::rolledBack);
            version = null; // of a batch that never was
        }
        provisional = List.of();
    }

    private void check(MaterializedNode<?> node) {
        if (version == null || !version.equals(node.time())) {
            throw node.dropped();
        }
    }

    Iterator<?> read(MaterializedNode<?> node, int partition) {
        check(node);
        return provisional.isEmpty()
                ? base.get(partition).read()
                : provisional.get(partition).read();
    }

    /** About how many records they have. */
    long records() {
        return base.stream().mapToLong(StepTable::size).sum()
                + provisional.stream().mapToLong(StepChange::size).sum();
    }

    void close() {
        settled(false);
        base.forEach(StepTable::close);
    }
}
