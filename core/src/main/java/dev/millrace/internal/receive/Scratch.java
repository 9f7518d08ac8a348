/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A log in a temporary directory, never synced: for received blocks that find no room in memory and are not kept anyway.
 *
 * @param log the log
 * @param files its directory, deleted in the end
 */
record Scratch(WriteAheadLog log, FileStore files) implements AutoCloseable {
    static Scratch create(long segmentBytes, Threads threads) {
        try {
            Path directory = Files.createTempDirectory("millrace-blocks-");
            FileStore files = LocalFileStore.unsynced(directory);
            return new Scratch(WriteAheadLog.open(files, segmentBytes, threads), files);
        } catch (IOException e) {
            throw new MillraceException(
                    "received blocks find no room in memory and cannot be put on disk: " + e
                            + "; point java.io.tmpdir to a directory that can be written",
                    e);
        }
    }

    @Override
    public void close() {
        log.close();
        try {
            files.delete("");
        } catch (IOException e) {
            System.getLogger("dev.millrace.streaming.receiver")
                    .log(System.Logger.Level.WARNING, "{0} could not be deleted: {1}", files.location(), e);
        }
    }
}
