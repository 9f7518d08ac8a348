/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.changes.ChangeReader;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.log.FrameWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file of change blocks, in order of the first arrival of their keys; each key once.
 *
 * @param content what it must hold
 */
record EntryFile(CheckpointFiles files, String path, Content content) {
    /**
     * The mark that tells a file from every other, be that a whole one from another snapshot.
     *
     * @param entries how many it has
     * @param seal of its bytes
     */
    record Content(long entries, Seal seal) {}

    /**
     * The sums of a file of frames.
     *
     * @param bytes how long it is
     * @param checksum of its frames
     */
    record Seal(long bytes, int checksum) {
        static Seal of(FrameWriter file) {
            return new Seal(file.size(), file.checksum());
        }

        @Override
        public String toString() {
            return bytes + " bytes with checksum " + Integer.toHexString(checksum);
        }
    }

    Blocks open() throws IOException {
        return new Blocks(files.read(path, false));
    }

    /** The blocks of the file, in order. Whoever comes to the end knows that all of them are those of this file. */
    final class Blocks implements AutoCloseable {
        private final FrameReader frames;

        private Blocks(FrameReader frames) {
            this.frames = frames;
        }

        /**
         * The next one, or null at the end.
         *
         * @throws CheckpointException if it is damaged, or is another file
         */
        byte @Nullable [] next() throws IOException {
            byte[] block = frames.next();
            if (block == null) {
                Seal found = new Seal(frames.position(), frames.checksum());
                if (!found.equals(content.seal())) {
                    throw new CheckpointException("the file " + files.store().location() + "/" + path
                            + " is not the one that its manifest names: it has " + found + ", and that had "
                            + content.seal() + "; " + FrameReader.REMEDY);
                }
            }
            return block;
        }

        @Override
        public void close() throws IOException {
            frames.close();
        }
    }

    /**
     * Reads it without decoding values, so that damage is known before anything relies on it.
     *
     * @param schemas is given the schemas that it names
     * @throws CheckpointException if it is damaged, or is another file
     */
    void check(Schemas schemas) throws IOException {
        long found = 0;
        try (Blocks blocks = open()) {
            for (byte[] block = blocks.next(); block != null; block = blocks.next()) {
                ChangeReader changes = new ChangeReader(block, schemas);
                while (changes.next()) {
                    found++;
                }
            }
        }
        if (found != content.entries()) {
            throw new CheckpointException("the file " + files.store().location() + "/" + path + " has " + found
                    + " entries and its manifest says " + content.entries());
        }
    }
}
