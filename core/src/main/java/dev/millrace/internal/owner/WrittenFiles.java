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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that owners have written, which tell of them too when the owners' own files are gone, or are those of an older
 * copy: names hold the epochs, and headers the checkpoint.
 */
final class WrittenFiles {
    private static final List<String> NUMBERED = List.of("journal", "snapshots", "wal");

    private final FileStore store;
    private final Map<String, List<EpochFile>> files;

    /** @param files by directory; none if owners' files alone are looked at */
    WrittenFiles(FileStore store, Map<String, List<EpochFile>> files) {
        this.store = store;
        this.files = files;
    }

    /** Lists the files that are there now. */
    static WrittenFiles in(FileStore store) throws IOException {
        Map<String, List<EpochFile>> files = new LinkedHashMap<>();
        for (String directory : NUMBERED) {
            files.put(directory, EpochFile.of(store.list(directory)));
        }
        return new WrittenFiles(store, files);
    }

    /** The highest epoch in the name of a file. */
    long highestEpoch() {
        long highest = 0;
        for (Map.Entry<String, List<EpochFile>> directory : files.entrySet()) {
            for (EpochFile file : directory.getValue()) {
                if (file.epoch() > Owners.MOST) {
                    throw new CheckpointException("the file " + store.location() + "/" + directory.getKey() + "/"
                            + file.name() + " has a number that no program comes to; move it away");
                }
                highest = Math.max(highest, file.epoch());
            }
        }
        return highest;
    }

    /** A file that says which checkpoint it is of. */
    record Witness(String path, FileHeader header) {}

    /** The newest file that can be read so far; null if there is none. */
    @Nullable
    Witness newest() throws IOException {
        for (Map.Entry<String, List<EpochFile>> directory : files.entrySet()) {
            List<EpochFile> newestFirst = new ArrayList<>(directory.getValue());
            Collections.reverse(newestFirst);
            for (EpochFile file : newestFirst) {
                String path = directory.getKey() + "/" + file.name();
                FileHeader header = header(path);
                if (header != null && header.writer().isOfCheckpoint()) {
                    return new Witness(path, header);
                }
            }
        }
        return null;
    }

    /** The header of a file; null if it has none. Damage is reported by the readers of the file. */
    private @Nullable FileHeader header(String path) throws IOException {
        try {
            return FrameReader.headerOf(store, path);
        } catch (CheckpointException | FileSystemException e) {
            return null;
        }
    }
}
