/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.error.MillraceException;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.FileFault;
import dev.millrace.testkit.FileOperation;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that is full, or fails once: the line stops with an error that says so, and when there is room it goes on. */
@Timeout(600)
@ExtendWith(QuietLog.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FullDiskTest {
    private static final String FULL = "No space left on device";

    private Map<String, String> uninterrupted = Map.of();

    @BeforeAll
    void runUninterrupted() {
        uninterrupted = Scene.uninterrupted();
    }

    /** Whether the run came to its end; if not it said why, and nothing wrong is visible. */
    private boolean ends(Scene scene, String what) {
        boolean ends = true;
        try {
            scene.run(Scene.BATCHES);
        } catch (MillraceException e) {
            ends = false;
            assertThat(e).as(what).hasMessageContaining(FULL);
        }
        assertThat(scene.sink().broken()).as(what).isEmpty();
        assertThat(uninterrupted.entrySet())
                .as(what)
                .containsAll(scene.sink().visible().entrySet());
        return ends;
    }

    private void mustGoOnExactly(Scene scene, String what) {
        scene.disk().noFault().room(Long.MAX_VALUE);
        scene.run(Scene.BATCHES);
        assertThat(scene.sink().broken()).as(what).isEmpty();
        assertThat(scene.sink().visible()).as(what).isEqualTo(uninterrupted);
        assertThat(scene.sink().staged()).as(what).isEmpty();
    }

    private void mustStopAndGoOnWhicheverCallFails(FileOperation operation, int stride) {
        int failed = 0;
        boolean came = true;
        for (int nth = 1; came; nth += stride) {
            String what = operation + " number " + nth;
            Scene scene = Scene.empty();
            CountedFault fault = new CountedFault(FileFault.full(operation, "", nth));
            scene.disk().fault(fault);
            boolean ends = ends(scene, what);
            came = fault.failures() > 0;
            failed += ends ? 0 : 1;
            mustGoOnExactly(scene, what);
        }
        // folding a snapshot alone renames and deletes, and that may fail without harm
        assertThat(failed > 0).isEqualTo(operation != FileOperation.RENAME && operation != FileOperation.DELETE);
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE", "APPEND", "SYNC", "RENAME", "DELETE"})
    void shouldStopAndThenGoOnWhenACallFails(FileOperation operation) {
        mustStopAndGoOnWhicheverCallFails(operation, 3);
    }

    @Tag("full")
    @ParameterizedTest
    @EnumSource(names = {"CREATE", "APPEND", "SYNC", "RENAME", "DELETE"})
    void shouldStopAndThenGoOnWhicheverCallFails(FileOperation operation) {
        mustStopAndGoOnWhicheverCallFails(operation, 1);
    }

    private void mustStopAndGoOn(int stride, boolean powerFailsToo) {
        boolean full = true;
        for (int room = 0; full; room += stride) {
            String what = "room for " + room + " bytes";
            Scene scene = Scene.empty();
            scene.disk().room(room);
            full = !ends(scene, what);
            if (full) {
                assertThat(ends(scene, what + ", and another start")).isFalse();
            }
            FaultyFileStore next = powerFailsToo ? scene.disk().afterPowerFailure(room) : scene.disk();
            mustGoOnExactly(new Scene(next, scene.sink(), scene.tens()), what);
        }
    }

    @Test
    void shouldStopWhenTheDiskIsFullAndGoOnWhenThereIsRoom() {
        mustStopAndGoOn(331, false);
    }

    @Test
    void shouldGoOnWhenThePowerFailsOnAFullDisk() {
        mustStopAndGoOn(337, true);
    }

    @Test
    @Tag("full")
    void shouldGoOnWhereverTheDiskIsFull() {
        mustStopAndGoOn(1, false);
        mustStopAndGoOn(1, true);
    }

    @Test
    void shouldGoOnWithoutASnapshotAndMakeItLater() {
        Scene scene = Scene.empty();
        scene.disk().fault((operation, path) -> {
            if (path.startsWith("snapshots/") && operation != FileOperation.LIST && operation != FileOperation.OPEN) {
                throw new IOException(FULL);
            }
        });
        scene.run(5);
        assertThat(scene.disk().files()).noneMatch(path -> path.startsWith("snapshots/"));
        mustGoOnExactly(scene, "no snapshot before batch 5");
        assertThat(scene.disk().files()).anyMatch(path -> path.matches("snapshots/\\d+.*"));
    }
}
