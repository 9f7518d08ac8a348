/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.memory.Reservation;
import dev.millrace.internal.memory.SizeEstimate;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One partition of joined windows, changed in place like a {@link WindowTable}, and like it built again when it is not what it should be. */
public final class JoinedTable<K> implements StepTable {
    private final Supplier<JoinedWindows<K>> open;
    private final Reservation reservation;
    private JoinedWindows<K> contents;

    JoinedTable(Supplier<JoinedWindows<K>> open, Reservation reservation) {
        this.open = open;
        this.reservation = reservation;
        contents = open.get();
    }

    void slide(
            BatchTime time,
            List<WindowContents.Pane<K, Object>> left,
            List<WindowContents.Pane<K, Object>> right,
            Consumer<Object> sink) {
        contents.slide(time, left, right, sink);
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
