/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.spi.OutputBatch;
import java.util.Locale;
import java.util.UUID;

/**
 * The name under which a program stages a batch: {@code OUTPUT-1000-CHECKPOINT-0000000002}, so that two programs with one
 * checkpoint never stage in the same place, and either knows what was staged before its own time. Without a checkpoint
 * directory it is {@code OUTPUT-1000}.
 */
final class StagedName {
    private static final String REPLACED = ".replaced-";

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

    /** A name for what the batch takes the place of, until it is deleted; each is another. */
    static String ofReplaced(OutputBatch batch) {
        return of(batch) + REPLACED + UUID.randomUUID();
    }

    /** Returns whether the name is of what this batch has taken the place of, or an earlier program's attempt at it. */
    static boolean isReplaced(String name, OutputBatch batch) {
        int end = name.indexOf(REPLACED);
        return end > 0 && (name.substring(0, end).equals(of(batch)) || isBefore(name.substring(0, end), batch));
    }
}
