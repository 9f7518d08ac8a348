/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.engine.TaskFunction;
import dev.millrace.internal.io.output.SavedFiles;
import dev.millrace.internal.lineage.Operator;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** Saves a dataset in a directory of files. */
final class Saving {
    private Saving() {}

    static <T> void run(RDDActions<T> dataset, Operator operator, SavedFiles files) {
        files.checkFree();
        try {
            List<String> parts = dataset.run((TaskFunction<T, String>) records -> {
                TaskContext task = Objects.requireNonNull(TaskContext.get());
                return files.stage(task.partitionId(), task.attemptNumber(), records);
            });
            files.publish(parts);
        } catch (IOException e) {
            throw new MillraceException(operator + " cannot write its files: " + e, e);
        } finally {
            discard(files);
        }
    }

    private static void discard(SavedFiles files) {
        try {
            files.discard();
        } catch (IOException e) {
            System.getLogger("dev.millrace.streaming.output")
                    .log(System.Logger.Level.WARNING, "files that were being saved are left: {0}", e.getMessage());
        }
    }
}
