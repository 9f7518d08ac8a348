/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.internal.changes.ChangeBlock;

/** The entries of another cursor, where those of which no time is known were touched at one that is given. */
public final class DatedCursor extends RunCursor {
    private final RunCursor entries;
    private final long time;

    /** Closes the other one when it is closed. */
    public DatedCursor(RunCursor entries, long time) {
        this.entries = entries;
        this.time = time;
    }

    @Override
    public boolean next() {
        if (!entries.next()) {
            return false;
        }
        take(entries);
        touched = touched == ChangeBlock.UNTIMED ? time : touched;
        return true;
    }

    @Override
    public void close() {
        entries.close();
    }
}
