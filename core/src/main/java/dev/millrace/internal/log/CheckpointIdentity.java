/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import java.io.Serializable;
import java.util.UUID;

/**
 * Which program wrote something, and for which checkpoint. Staged outputs bear it as well as files.
 *
 * @param checkpointId drawn when the directory was first taken; a copy, a roll back and an upgrade keep it
 * @param epoch the program's number among those that have taken the checkpoint
 * @param runId drawn at each start, so that two programs that took two copies of a checkpoint with the same epoch differ
 */
public record CheckpointIdentity(UUID checkpointId, long epoch, UUID runId) implements Serializable {
    private static final UUID NOTHING = new UUID(0, 0);

    /** The identity of what belongs to no checkpoint. */
    public static final CheckpointIdentity NONE = new CheckpointIdentity(NOTHING, 0, NOTHING);

    /** The identity of a program that reads a checkpoint and writes nothing. */
    public static CheckpointIdentity ofReader(UUID checkpointId) {
        return new CheckpointIdentity(checkpointId, 0, NOTHING);
    }

    /** Returns whether this identity is that of a checkpoint at all. */
    public boolean isOfCheckpoint() {
        return !checkpointId.equals(NOTHING);
    }
}
