/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one step or input, still encoded, in order of first arrival: a file of a snapshot, which is read block by
 * block whenever they are asked for, and in memory the change blocks since. Not thread safe.
 */
final class KeyedEntries {
    private final Schemas schemas = new Schemas();
    private @Nullable EntryFile file;
    private EncodedChanges changes = new EncodedChanges();

    /** Takes an entry, decoded. */
    interface Each {
        void entry(@Nullable Object key, @Nullable Object value);
    }

    /** Takes an entry as it is stored. */
    interface EachEncoded {
        void entry(byte[] key, byte[] value);
    }

    /**
     * Begins with the entries of a file, in the place of all that was there.
     *
     * @throws dev.millrace.error.CheckpointException if it is damaged
     */
    void startFrom(EntryFile from) throws IOException {
        from.check(schemas);
        file = from;
        changes = new EncodedChanges();
    }

    /** The same with a file that holds just what is there now. */
    void continueFrom(EntryFile same) {
        file = same;
        changes = new EncodedChanges();
    }

    void apply(byte[] block) {
        changes.add(block, schemas);
    }

    /** Frees the memory of changes that later ones have replaced. */
    void compact(int blockBytes) {
        changes = changes.compacted(schemas, blockBytes);
    }

    /** Takes everything into memory, for when the file may go. */
    void detach() throws IOException {
        if (file != null) {
            EncodedChanges all = new EncodedChanges();
            try (EntryFile.Blocks blocks = file.open()) {
                for (byte[] block = blocks.next(); block != null; block = blocks.next()) {
                    all.add(block, schemas);
                }
            }
            changes.blocks().forEach(block -> all.add(block, schemas));
            changes = all;
            file = null;
        }
    }

    /** Returns what changes since are not in; null if all is in memory. */
    @Nullable
    EntryFile file() {
        return file;
    }

    boolean isEmpty() {
        try (EntryCursor entries = entries()) {
            return !entries.next();
        }
    }

    long bytesInFile() {
        return file == null || file.content().seal() == null
                ? 0
                : file.content().seal().bytes();
    }

    /** Returns how many entries the file has. */
    long inFile() {
        return file == null ? 0 : file.content().entries();
    }

    /** About how much memory they take. */
    long bytesInMemory() {
        return changes.bytes();
    }

    Schemas schemas() {
        return schemas;
    }

    /** Close it if it is not read to the end. */
    EntryCursor entries() {
        return new EntryCursor(file, changes, schemas);
    }

    /**
     * The entries as change blocks of about {@code blockBytes} each.
     *
     * @return how many entries there are
     */
    long writeBlocks(int blockBytes, StepChanges.Sink each) throws IOException {
        BlockCutter cutter = new BlockCutter(schemas, blockBytes, each);
        long count = 0;
        try (EntryCursor entries = entries()) {
            for (; entries.next(); count++) {
                cutter.put(entries);
            }
        }
        cutter.end();
        return count;
    }

    /** Each entry, still encoded. */
    void forEachEncoded(EachEncoded each) {
        try (EntryCursor entries = entries()) {
            while (entries.next()) {
                each.entry(entries.key(), entries.value());
            }
        }
    }

    void forEach(ValueCodec codec, Each each) {
        try (EntryCursor entries = entries()) {
            while (entries.next()) {
                each.entry(entries.decodeKey(codec), entries.decodeValue(codec));
            }
        }
    }
}
