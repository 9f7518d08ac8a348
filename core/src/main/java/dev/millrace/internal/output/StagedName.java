/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.output;

import dev.millrace.spi.OutputBatch;
import java.util.Locale;

/**
 * The name under which a program stages a batch: {@code OUTPUT-1000-CHECKPOINT-0000000002}, so that two programs with one
 * checkpoint never stage in the same place, and either knows what was staged before its own time. Without a checkpoint
 * directory it is {@code OUTPUT-1000}.
 */
final class StagedName {
    private StagedName() {}

    static String of(OutputBatch batch) {
        return batch.epoch() == 0
                ? batch.outputName() + "-" + batch.time().milliseconds()
                : ofAnyProgram(batch) + String.format(Locale.ROOT, "%010d", batch.epoch());
    }

    private static String ofAnyProgram(OutputBatch batch) {
        return batch.outputName() + "-" + batch.time().milliseconds() + "-" + batch.checkpointId() + "-";
    }

    /** Returns whether the name is that of this batch as staged by a program that had the checkpoint earlier. */
    static boolean isBefore(String name, OutputBatch batch) {
        String start = ofAnyProgram(batch);
        return batch.epoch() > 0
                && name.startsWith(start)
                && name.substring(start.length()).matches("\\d{10}")
                && Long.parseLong(name.substring(start.length())) < batch.epoch();
    }
}
