/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.Recovered;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.files.LocalFileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a checkpoint holds, as text: state and panes in their order, positions, and what is not finished. */
final class CheckpointContents {
    private CheckpointContents() {}

    static List<String> of(Path directory) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(new LocalFileStore(directory), Long.MAX_VALUE)) {
            Recovered recovered = checkpoint.recovered();
            List<String> lines = new ArrayList<>();
            lines.add("last batch " + recovered.lastTime());
            lines.add("to run " + recovered.plans().keySet());
            lines.add("to publish " + recovered.unpublished().keySet());
            for (String step : recovered.steps().stream().sorted().toList()) {
                recovered
                        .step(step, ValueCodec.builtIn())
                        .forEach(entry -> lines.add(step + ": " + entry.key() + "=" + entry.value()
                                + (entry.touched() == ChangeBlock.UNTIMED ? "" : " at " + entry.touched())));
            }
            for (String input : List.of("lines", "numbers")) {
                lines.add(input + " at " + recovered.position(input));
            }
            return lines;
        }
    }
}
