/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.window.PanePart;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Panes are read in the order in which they were written, and in no other. */
class PaneByPaneTest {
    private static PanePart part(long time, int partition) {
        return part(time, partition, 0);
    }

    private static PanePart part(long time, int partition, int piece, Object... records) {
        return new PanePart(time, partition, piece, List.of(records).iterator());
    }

    private static List<Long> read(PanePart... parts) {
        PaneByPane panes = new PaneByPane("totals", Stream.of(parts).iterator());
        List<Long> times = new ArrayList<>();
        while (panes.comesToNext()) {
            times.add(panes.time().milliseconds());
            panes.forEachRemaining(records -> records.forEachRemaining(record -> {}));
        }
        return times;
    }

    @Test
    void shouldReadOnePaneAfterTheOther() {
        assertThat(read(part(1000, 0), part(1000, 1), part(2000, 0))).containsExactly(1000L, 2000L);
    }

    @Test
    void shouldReadThePiecesOfAPartitionAsOne() {
        PaneByPane panes = new PaneByPane(
                "totals",
                Stream.of(
                                part(1000, 0, 0, 1, 2),
                                part(1000, 0, 1),
                                part(1000, 0, 2, 3),
                                part(1000, 1, 0),
                                part(1000, 2, 0, 4),
                                part(2000, 0, 0, 5),
                                part(2000, 0, 1, 6))
                        .iterator());
        List<List<Object>> read = new ArrayList<>();
        List<List<Integer>> pieces = new ArrayList<>();
        while (panes.comesToNext()) {
            panes.forEachRemaining(records -> {
                List<Object> partition = new ArrayList<>();
                records.forEachRemaining(partition::add);
                read.add(partition);
            });
            pieces.add(panes.pieces());
        }
        assertThat(read).containsExactly(List.of(1, 2, 3), List.of(), List.of(4), List.of(5, 6));
        assertThat(pieces).containsExactly(List.of(3, 1, 1), List.of(2));
    }

    @Test
    void shouldRefuseAnotherOrder() {
        assertThatThrownBy(() -> read(part(1000, 0), part(1000, 2)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the checkpoint's window \"totals\" is damaged: piece 0 of partition 2 of its pane of 1000"
                        + " ms stands at another place than it was written; restore the whole directory from a backup (a start"
                        + " then tells what its outputs have published since), or start with a new directory");
        assertThatThrownBy(() -> read(part(1000, 0), part(1000, 0, 2)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(
                        "the checkpoint's window \"totals\" is damaged: piece 2 of partition 0 of its pane of 1000 ms");
        assertThatThrownBy(() -> read(part(2000, 0), part(1000, 0)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(
                        "the checkpoint's window \"totals\" is damaged: piece 0 of partition 0 of its pane of 1000 ms");
    }
}
