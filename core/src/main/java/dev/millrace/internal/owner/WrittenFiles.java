/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FileHeader;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that owners have written, which tell of them too when the owners' own files are gone, or are those of an older
 * copy: names hold the epochs, and headers the checkpoint.
 */
final class WrittenFiles {
    private static final String SNAPSHOTS = "snapshots";
    private static final List<String> NUMBERED = List.of("journal", SNAPSHOTS, "wal");

    private WrittenFiles() {}

    /** The highest epoch in the name of a file. */
    static long highestEpoch(FileStore store) throws IOException {
        long highest = 0;
        for (String directory : NUMBERED) {
            for (EpochFile file : EpochFile.of(store.list(directory))) {
                if (file.epoch() > Owners.MOST) {
                    throw new CheckpointException("the file " + store.location() + "/" + directory + "/" + file.name()
                            + " has a number that no program comes to; move it away");
                }
                highest = Math.max(highest, file.epoch());
            }
        }
        return highest;
    }

    /** A file that says which checkpoint it is of. */
    record Witness(String path, FileHeader header) {}

    /** The newest file that can be read so far; null if there is none. */
    static @Nullable Witness newest(FileStore store) throws IOException {
        for (String directory : NUMBERED) {
            List<EpochFile> files = new ArrayList<>(EpochFile.of(store.list(directory)));
            Collections.reverse(files);
            for (EpochFile file : files) {
                String path = directory + "/" + file.name() + (directory.equals(SNAPSHOTS) ? "/manifest" : "");
                FileHeader header = header(store, path);
                if (header != null && header.writer().isOfCheckpoint()) {
                    return new Witness(path, header);
                }
            }
        }
        return null;
    }

    /** Null if it does not say. What is damaged, its reader reports. */
    private static @Nullable FileHeader header(FileStore store, String path) throws IOException {
        try {
            return FrameReader.headerOf(store, path);
        } catch (CheckpointException | FileSystemException e) {
            return null;
        }
    }
}
