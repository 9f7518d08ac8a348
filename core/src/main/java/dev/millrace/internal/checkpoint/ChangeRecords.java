/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.crash.CrashPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The records of what a start changes, written one by one as they come, so that only one is held. The last one decides: a start
 * that ends before it has changed nothing.
 */
final class ChangeRecords {
    private final Each each;
    private JournalRecord.@Nullable Change held; // it may be the last

    /** Writes a record. */
    interface Each {
        void write(JournalRecord.Change change) throws IOException;
    }

    private ChangeRecords(Each each) {
        this.each = each;
    }

    /**
     * Writes all of them.
     *
     * @param blockBytes how large a block of entries becomes
     */
    static void write(StartChanges changes, int blockBytes, Each each) throws IOException {
        ChangeRecords records = new ChangeRecords(each);
        try {
            changes.inputs().forEach((name, next) -> records.drop(CheckpointImage.INPUT + name, next));
            changes.steps().forEach(name -> records.drop(CheckpointImage.STEP + name, -1));
            for (StepRewrite step : changes.rewritten()) {
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

    private void drop(String entries, long nextBlock) {
        add(new JournalRecord.Drop(entries, nextBlock, false));
    }

    private void add(JournalRecord.Change next) {
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
