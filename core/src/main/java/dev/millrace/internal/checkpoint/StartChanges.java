/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The changes that a start makes to the contents of its checkpoint. Immutable.
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

    /** Writes a record. */
    interface Each {
        void write(JournalRecord record) throws IOException;
    }

    /**
     * Writes what changes, record by record as it comes, so that only one is held, and then the one that decides: a start that ends
     * before it has changed nothing.
     *
     * @param blockBytes how large a block of entries becomes
     */
    void write(int blockBytes, Each each) throws IOException {
        int[] records = {0};
        Each counted = record -> {
            each.write(record);
            records[0]++;
            CrashPoint.UPGRADE_WRITTEN.reach();
        };
        for (Map.Entry<String, Long> input : inputs.entrySet()) {
            counted.write(new JournalRecord.Drop(CheckpointImage.INPUT + input.getKey(), input.getValue()));
        }
        for (String step : steps) {
            counted.write(new JournalRecord.Drop(CheckpointImage.STEP + step, -1));
        }
        for (StepRewrite step : rewritten) {
            step.writeBlocks(blockBytes, block -> counted.write(new JournalRecord.Upgrade(step.step(), block)));
        }
        if (records[0] > 0) {
            each.write(new JournalRecord.StartDecided(records[0]));
        }
    }
}
