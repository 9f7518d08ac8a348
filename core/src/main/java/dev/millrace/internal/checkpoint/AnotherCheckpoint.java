/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.UUID;

/**
 * Writes what a checkpoint holds as another one, with an id of its own: what its programs publish is no other checkpoint's, and they fence
 * no program of another one.
 */
public final class AnotherCheckpoint {
    private static final long FIRST = 1;

    private AnotherCheckpoint() {}

    /** Gives what is copied of the log of received data: the blocks that batches are still to take. */
    public interface Log {
        KeptInput.Blocks untaken(CheckpointContents contents) throws IOException;
    }

    /**
     * Writes it, as one snapshot and one log of received data.
     *
     * @param from a checkpoint to which no program writes
     * @param to is empty
     * @return the new id
     */
    public static UUID write(FileStore from, FileStore to, Log log) {
        Epoch epoch = Epoch.unchecked(new CheckpointIdentity(UUID.randomUUID(), FIRST, UUID.randomUUID()));
        return Reading.forAStart(from, contents -> {
            Ownership.sign(to, epoch.identity());
            log.untaken(contents).copyTo(to, epoch);
            contents.writeForAnother(new NewRuns(to, epoch, FIRST));
            return epoch.identity().checkpointId();
        });
    }
}
