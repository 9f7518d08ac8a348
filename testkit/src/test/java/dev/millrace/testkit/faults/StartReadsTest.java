/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.FileOperation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The files that a start reads of its checkpoint. */
class StartReadsTest {
    @Test
    void shouldReadReceiptsOnce() throws Exception {
        Scene scene = Scene.empty();
        scene.run(3);
        List<String> files = new ArrayList<>();
        for (String file : scene.disk().list("receipts")) {
            files.add("receipts/" + file);
        }
        List<String> opened = new ArrayList<>();
        scene.disk().fault((operation, path) -> {
            if (operation == FileOperation.OPEN && path.startsWith("receipts/")) {
                opened.add(path);
            }
        });
        scene.run(3);
        assertThat(files).hasSize(1);
        assertThat(opened).containsExactlyInAnyOrderElementsOf(files);
    }
}
