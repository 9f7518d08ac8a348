/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.materialise.Restored;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Panes are read in the order in which they were written, and in no other. */
class PaneByPaneTest {
    private static Restored.Part part(long time, int partition) {
        return new Restored.Part(time, partition, Collections.emptyIterator());
    }

    private static List<Long> read(Restored.Part... parts) {
        PaneByPane panes = new PaneByPane("totals", Stream.of(parts).iterator());
        List<Long> times = new ArrayList<>();
        while (panes.comesToNext()) {
            times.add(panes.time().milliseconds());
            panes.forEachRemaining(records -> {});
        }
        return times;
    }

    @Test
    void shouldReadOnePaneAfterTheOther() {
        assertThat(read(part(1000, 0), part(1000, 1), part(2000, 0))).containsExactly(1000L, 2000L);
    }

    @Test
    void shouldRefuseAnotherOrder() {
        assertThatThrownBy(() -> read(part(1000, 0), part(1000, 2)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the checkpoint's window \"totals\" is damaged: partition 2 of its pane of 1000 ms stands"
                        + " at another place than it was written; restore the whole directory from a backup (a start"
                        + " then tells what its outputs have published since), or start with a new directory");
        assertThatThrownBy(() -> read(part(2000, 0), part(1000, 0)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(
                        "the checkpoint's window \"totals\" is damaged: partition 0 of its pane of 1000 ms");
    }
}
