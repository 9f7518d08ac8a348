/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which batch to run again, and how; see {@link StreamingContext#replay}.
 *
 * @param batch the time of a batch that the checkpoint retains
 * @param compared whether to ask outputs what they have published
 * @param run the names of outputs with code of the program, such as {@code foreachRDD}, that run too
 */
public record ReplayRequest(BatchTime batch, boolean compared, Set<String> run) {
    public ReplayRequest {
        run = Set.copyOf(run);
    }

    /** Runs the batch without the program's own outputs, and compares nothing. */
    public static ReplayRequest of(BatchTime batch) {
        return new ReplayRequest(batch, false, Set.of());
    }

    /** Also asks outputs what they have published. */
    public ReplayRequest compare() {
        return new ReplayRequest(batch, true, run);
    }

    /** Also runs the program's own code of the output {@code name}, with all its effects. */
    public ReplayRequest running(String name) {
        Set<String> more = new LinkedHashSet<>(run);
        more.add(name);
        return new ReplayRequest(batch, compared, more);
    }
}
