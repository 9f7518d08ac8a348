/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.frames.FrameReader;
import dev.millrace.internal.materialise.ChangeReader;
import dev.millrace.spi.FileStore;
import java.io.IOException;

/**
 * A file of change blocks, in order of the first arrival of their keys; each key once.
 *
 * @param entries how many it has
 */
record EntryFile(FileStore store, String path, long entries) {
    FrameReader open() throws IOException {
        return new FrameReader(store, path, false);
    }

    /**
     * Reads it without decoding values, so that damage is known before anything relies on it.
     *
     * @param schemas is given the schemas that it names
     * @throws CheckpointException if it is damaged
     */
    void check(Schemas schemas) throws IOException {
        long found = 0;
        try (FrameReader reader = open()) {
            for (byte[] block = reader.next(); block != null; block = reader.next()) {
                ChangeReader changes = new ChangeReader(block, schemas);
                while (changes.next()) {
                    found++;
                }
            }
        }
        if (found != entries) {
            throw new CheckpointException("the file " + store.location() + "/" + path + " has " + found
                    + " entries and its manifest says " + entries);
        }
    }
}
