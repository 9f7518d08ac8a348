/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.memory.Reservation;
import dev.millrace.internal.memory.SizeEstimate;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The contents of one partition of a window, kept from slide to slide and changed in place. An attempt that fails leaves contents that
 * know that they are incomplete, and a batch that is rolled back takes them all along; both are built again from the panes. The table
 * belongs to the task that slides it, and between batches to the batch thread.
 */
public final class WindowTable<K, V, R> implements StepTable {
    private final Supplier<WindowContents<K, V, R>> open;
    private final Reservation reservation;
    private WindowContents<K, V, R> contents;

    WindowTable(Supplier<WindowContents<K, V, R>> open, Reservation reservation) {
        this.open = open;
        this.reservation = reservation;
        contents = open.get();
    }

    void slide(BatchTime time, List<WindowContents.Pane<K, V>> panes, Consumer<Tuple2<K, R>> sink) {
        contents.slide(time, panes, sink);
        reservation.setTo(contents.bytes(SizeEstimate.ofSeveral()));
    }

    @Override
    public void rolledBack() {
        close();
        contents = open.get();
    }

    @Override
    public void close() {
        reservation.close();
    }
}
