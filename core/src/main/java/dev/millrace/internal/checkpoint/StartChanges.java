/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.streaming.BatchTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a start changes in what its checkpoint holds. Immutable.
 *
 * @param inputs whose positions are dropped, with what batches under way take from them: each with the number after the last
 *     block that the log has of it; -1 if it has none
 * @param steps of which all is dropped
 * @param outputs whose staged batches are not published any more: each with the batches that it has published and does not
 *     take back
 * @param rewritten the steps whose entries are written anew
 */
public record StartChanges(
        Map<String, Long> inputs,
        Set<String> steps,
        Map<String, List<BatchTime>> outputs,
        List<StepRewrite> rewritten) {
    /** Nothing changes. */
    public static final StartChanges NONE = new StartChanges(Map.of(), Set.of(), Map.of(), List.of());

    public StartChanges {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs)); // in the order in which they are written
        steps = Collections.unmodifiableSet(new LinkedHashSet<>(steps));
        outputs = Collections.unmodifiableMap(new TreeMap<>(outputs));
        rewritten = List.copyOf(rewritten);
    }
}
