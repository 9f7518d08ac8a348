/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.error.CancelledException;
import dev.millrace.error.CheckpointException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.graph.StreamOutput;
import java.util.Map;
import java.util.stream.Collectors;

/** The failures of the outputs of one batch, reported as one. */
final class OutputFailures {
    private OutputFailures() {}

    /** Returns whether nothing of the batch may run after it: the batch is given up, or another program has the checkpoint. */
    static boolean endsBatch(Throwable failure) {
        return failure instanceof CancelledException || failure instanceof CheckpointException;
    }

    /**
     * Throws what the outputs threw, if any did.
     *
     * @param failures in the order of the outputs
     * @param outputs how many outputs the batch has
     */
    static void check(Map<StreamOutput<?>, Throwable> failures, int outputs) throws Exception {
        if (failures.isEmpty()) {
            return;
        }
        Throwable first = failures.values().stream()
                .filter(OutputFailures::endsBatch)
                .findFirst()
                .orElseGet(() -> failures.values().iterator().next());
        if (failures.size() > 1 && !endsBatch(first)) {
            throw together(failures, outputs, first);
        }
        if (first instanceof Error error) {
            throw error;
        }
        throw (Exception) first;
    }

    private static MillraceException together(Map<StreamOutput<?>, Throwable> failures, int outputs, Throwable first) {
        MillraceException all = new MillraceException(
                failures.size() + " of " + outputs + " outputs failed:\n  - "
                        + failures.entrySet().stream()
                                .map(failed -> failed.getKey().name() + ": " + Causes.text(failed.getValue()))
                                .collect(Collectors.joining("\n  - ")),
                first);
        failures.values().stream().skip(1).forEach(all::addSuppressed);
        return all;
    }
}
