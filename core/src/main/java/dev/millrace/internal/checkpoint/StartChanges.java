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
final class StartChanges {
    private final Each each;
    private JournalRecord.@Nullable Change held; // it may be the last

    /** Writes a record. */
    interface Each {
        void write(JournalRecord.Change change) throws IOException;
    }

    private StartChanges(Each each) {
        this.each = each;
    }

    /** Writes all of them. */
    static void of(Recovered recovered, int blockBytes, Each each) throws IOException {
        StartChanges changes = new StartChanges(each);
        try {
            recovered.forEachChange(blockBytes, changes::add);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (changes.held != null) {
            each.write(changes.held.asLast());
        }
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
