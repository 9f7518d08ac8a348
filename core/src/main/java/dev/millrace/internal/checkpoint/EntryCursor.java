/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeBlock.Change;
import dev.millrace.internal.changes.ChangeReader;
import dev.millrace.internal.changes.RawBlock;
import dev.millrace.internal.codec.ByteSource;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the entries of a file as changes leave them, in order of first arrival: those of the file, without the ones
 * that were removed, then the new ones. Holds one block of the file at a time. One thread.
 */
@SuppressWarnings("NullAway") // the blocks of an entry are null only before the first
final class EntryCursor implements AutoCloseable {
    private final @Nullable EntryFile origin;
    private final EncodedChanges changes;
    private final Schemas schemas;
    private final BitSet inFile = new BitSet();
    private EntryFile.@Nullable Blocks file;
    private @Nullable ChangeReader inBlock;
    private final EntryRun run = new EntryRun();
    private final int[] found = new int[EntryRun.ROOM];
    private int nextInRun;
    private int nextChange;

    private byte[] keyBlock;
    private int keyFrom;
    private int keyTo;
    private boolean keySorted;
    private byte[] valueBlock;
    private int valueFrom;
    private int valueTo;
    private long touched;

    EntryCursor(@Nullable EntryFile file, EncodedChanges changes, Schemas schemas) {
        origin = file;
        this.changes = changes;
        this.schemas = schemas;
        try {
            this.file = file == null ? null : file.open();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Comes to the next entry; false at the end. */
    boolean next() {
        try {
            return nextOfFile() || nextOfChanges();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private CheckpointException unreadable(IOException e) {
        String path = origin == null ? "" : "the file " + origin.files().store().location() + "/" + origin.path() + " ";
        return new CheckpointException(path + "cannot be read: " + e + "; check the disk and its rights", e);
    }

    private boolean nextOfFile() throws IOException {
        while (file != null) {
            while (nextInRun < run.size()) {
                if (take(nextInRun++)) {
                    return true;
                }
            }
            nextRun(file);
        }
        return false;
    }

    private void nextRun(EntryFile.Blocks blocks) throws IOException {
        nextInRun = 0;
        while (inBlock == null || !run.fill(inBlock)) {
            byte[] block = blocks.next();
            if (block == null) {
                close();
                return;
            }
            inBlock = new ChangeReader(block, schemas);
        }
        changes.find(run, found);
    }

    /** False if the entry is not there any more, or not at this place. */
    private boolean take(int entry) {
        keyBlock = run.block();
        keyFrom = run.keyFrom[entry];
        keyTo = run.keyTo[entry];
        keySorted = ChangeBlock.isSorted(keyBlock, run.keyStart[entry]);
        valueBlock = run.block();
        valueFrom = run.valueFrom[entry];
        valueTo = run.valueTo[entry];
        touched = run.touched[entry];
        int change = found[entry];
        if (change < 0) {
            return true;
        }
        inFile.set(change);
        if (changes.change(change) == Change.REMOVE || changes.isAgain(change)) {
            return false;
        }
        touched = changes.touched(change);
        if (changes.change(change) == Change.PUT) {
            takeValue(change);
        }
        return true;
    }

    private boolean nextOfChanges() {
        while (nextChange < changes.end()) {
            int change = nextChange++;
            boolean isNew = changes.isAgain(change) || !inFile.get(change);
            if (isNew && changes.change(change) == Change.PUT) {
                takeKeyAndValue(change);
                touched = changes.touched(change);
                return true;
            }
        }
        return false;
    }

    /** Comes to the key and the value of a change that puts them. */
    private void takeKeyAndValue(int change) {
        ByteSource entry = source(change);
        int length = entry.readSize();
        keyBlock = changes.block(change);
        keyFrom = entry.position();
        keyTo = keyFrom + length;
        keySorted = ChangeBlock.isSorted(keyBlock, changes.keyStart(change));
        takeValue(change);
    }

    private void takeValue(int change) {
        ByteSource entry = source(change);
        entry.skip(entry.readSize()); // the key
        int length = entry.readSize();
        valueBlock = changes.block(change);
        valueFrom = entry.position();
        valueTo = valueFrom + length;
    }

    private ByteSource source(int change) {
        byte[] block = changes.block(change);
        return new ByteSource(block, changes.keyStart(change), block.length);
    }

    /** A copy of the bytes of the key. */
    byte[] key() {
        return Arrays.copyOfRange(keyBlock, keyFrom, keyTo);
    }

    /** A copy of the bytes of the value. */
    byte[] value() {
        return Arrays.copyOfRange(valueBlock, valueFrom, valueTo);
    }

    boolean hasKey(byte[] key) {
        return Arrays.equals(key, 0, key.length, keyBlock, keyFrom, keyTo);
    }

    boolean hasValue(byte[] value) {
        return Arrays.equals(value, 0, value.length, valueBlock, valueFrom, valueTo);
    }

    /** Returns whether the sets and maps of the key come back sorted. */
    boolean isKeySorted() {
        return keySorted;
    }

    long touched() {
        return touched;
    }

    @Nullable
    Object decodeKey(ValueCodec codec) {
        return codec.decodeKey(keyBlock, keyFrom, keyTo, schemas, keySorted);
    }

    @Nullable
    Object decodeValue(ValueCodec codec) {
        return codec.decodeValue(valueBlock, valueFrom, valueTo, schemas);
    }

    /** The elements of the value, each decoded when it is asked for; null if it is no list. They may be decoded later, too. */
    @Nullable
    Iterator<Object> decodeElements(ValueCodec codec) {
        return codec.decodeElements(valueBlock, valueFrom, valueTo, schemas);
    }

    void copyTo(RawBlock block) {
        block.put(keyBlock, keyFrom, keyTo, keySorted, valueBlock, valueFrom, valueTo, touched);
    }

    /** Not needed after the end. */
    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
                file = null;
                inBlock = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
