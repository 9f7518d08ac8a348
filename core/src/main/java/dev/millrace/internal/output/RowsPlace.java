/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.output;

import dev.millrace.internal.files.FileStores;
import dev.millrace.spi.Codec;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.OutputBatch;
import java.io.IOException;
import java.io.Serializable;

/**
 * Where the rows of transactional outputs wait until their batch is decided.
 *
 * @param directory of any file system that has a FileStore; tasks and the driver process must both see it
 * @param prefix what the paths of batches in it begin with
 * @param codec how rows are written
 */
public record RowsPlace(String directory, String prefix, Codec codec) implements Serializable {
    FileStore store() throws IOException {
        return FileStores.open(directory);
    }

    String path(OutputBatch batch) {
        return prefix + batch.outputName() + "-" + batch.time().milliseconds();
    }
}
