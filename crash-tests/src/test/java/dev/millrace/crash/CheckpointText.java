/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.files.LocalFileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The contents of a checkpoint as text: state and panes in their order, durable accumulators, positions, and what is not finished. */
final class CheckpointText {
    private CheckpointText() {}

    static List<String> of(Path directory) throws IOException {
        try (Checkpoint checkpoint =
                Checkpoint.open(new LocalFileStore(directory), new Checkpoint.Keeping(Long.MAX_VALUE, 0), false)) {
            CheckpointContents contents = checkpoint.contents();
            List<String> lines = new ArrayList<>();
            lines.add("last batch " + contents.lastTime());
            lines.add("to run " + contents.plans().keySet());
            lines.add("to publish " + contents.unpublished().keySet());
            for (String step : contents.steps().stream().sorted().toList()) {
                contents.step(step, ValueCodec.builtIn())
                        .forEach(entry -> lines.add(step + ": " + entry.key() + "=" + entry.value()
                                + (entry.touched() == ChangeBlock.UNTIMED ? "" : " at " + entry.touched())));
            }
            contents.accumulators(ValueCodec.builtIn()).entrySet().stream()
                    .map(entry -> "accumulator " + entry)
                    .sorted()
                    .forEach(lines::add);
            for (String input : List.of("lines", "numbers")) {
                lines.add(input + " at " + contents.position(input));
            }
            return lines;
        }
    }
}
