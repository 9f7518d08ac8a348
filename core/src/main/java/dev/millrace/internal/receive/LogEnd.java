/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CheckpointException;

/** Compares the end of the log of a stream with the blocks that batches have taken. */
public final class LogEnd {
    /** The advice for a checkpoint whose log is gone, or is that of another copy. */
    public static final String ONE_BACKUP = " If it is gone, restore the whole checkpoint from one backup: what came"
            + " after that, and with a new directory everything, is received and processed again as far as the sources"
            + " can send it again";

    private LogEnd() {}

    /**
     * @param next the number behind the last block that the log has of the stream
     * @param taken the number behind the last block that a batch has taken
     * @throws CheckpointException if batches have taken what the log does not have
     */
    public static void check(String stream, long next, long taken) {
        if (next < taken) {
            throw new CheckpointException("batches have taken the blocks of " + stream + " up to " + (taken - 1)
                    + ", and the log ends with block " + (next - 1)
                    + "; the directory wal is older than the rest of the checkpoint: put back the one that belongs to it."
                    + ONE_BACKUP);
        }
    }
}
