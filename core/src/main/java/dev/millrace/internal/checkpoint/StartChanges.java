/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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

    /** Writes a record. */
    interface Each {
        void write(JournalRecord.Change change) throws IOException;
    }

    /**
     * Writes what changes, record by record as it comes, so that only one is held. The last one decides: a start that ends before
     * it has changed nothing.
     *
     * @param blockBytes how large a block of entries becomes
     */
    void write(int blockBytes, Each each) throws IOException {
        Records records = new Records(each);
        try {
            inputs.forEach((name, next) -> records.drop(CheckpointImage.INPUT + name, next));
            steps.forEach(name -> records.drop(CheckpointImage.STEP + name, -1));
            for (StepRewrite step : rewritten) {
                step.writeBlocks(
                        blockBytes, block -> records.add(new JournalRecord.Upgrade(step.step(), block, false)));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (records.held != null) {
            each.write(records.held.asLast());
        }
    }

    private static final class Records {
        private final Each each;
        private JournalRecord.@Nullable Change held; // it may be the last

        Records(Each each) {
            this.each = each;
        }

        void drop(String entries, long nextBlock) {
            add(new JournalRecord.Drop(entries, nextBlock, false));
        }

        void add(JournalRecord.Change next) {
            try {
                if (held != null) {
                    each.write(held);
                    CrashPoint.UPGRADE_WRITTEN.reach();
                }
                held = next;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
