/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.internal.files.FileStores;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.spi.Codec;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.OutputBatch;
import java.io.IOException;
import java.io.Serializable;

/**
 * The place in which the rows of transactional outputs wait until their batch is decided.
 *
 * @param directory of any file system that has a FileStore; tasks and the driver process must both see it
 * @param prefix what the paths of batches in it begin with
 * @param codec how rows are written
 * @param writer which program it is
 * @param bytesInDecision of how many bytes the rows of a task may be to wait in the decision itself
 */
public record RowsPlace(String directory, String prefix, Codec codec, CheckpointIdentity writer, long bytesInDecision)
        implements Serializable {
    FileStore store() throws IOException {
        return FileStores.open(directory);
    }

    CheckpointFiles files() throws IOException {
        return new CheckpointFiles(store(), writer.checkpointId());
    }

    String path(OutputBatch batch) {
        return prefix + StagedName.of(batch);
    }

    /** Deletes the rows of a batch that wait for the program of {@code batch} or for one before it. */
    void discard(OutputBatch batch) throws IOException {
        FileStore store = store();
        store.delete(path(batch));
        if (prefix.endsWith("/")) { // else there is no other program's
            for (String name : store.list(prefix.substring(0, prefix.length() - 1))) {
                if (StagedName.isBefore(name, batch)) {
                    store.delete(prefix + name);
                }
            }
        }
    }
}
