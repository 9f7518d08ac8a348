/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.UUID;

/**
 * The files of one checkpoint. A reader of one of them is refused a file of another checkpoint.
 *
 * @param store where they are
 * @param checkpointId which one it is
 */
public record CheckpointFiles(FileStore store, UUID checkpointId) {
    /** Files that are of no checkpoint. */
    public static CheckpointFiles ofNone(FileStore store) {
        return new CheckpointFiles(store, CheckpointIdentity.NONE.checkpointId());
    }

    /** @see FrameReader */
    public FrameReader read(String path, boolean mayBeTorn) throws IOException {
        return new FrameReader(store, path, mayBeTorn, checkpointId);
    }
}
