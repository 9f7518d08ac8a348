/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeBlock.Change;
import dev.millrace.internal.codec.ByteSink;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.FrameWriter;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.Arrays;

/**
 * Writes a run, in memory that does not depend on how long it becomes. Its output is of use only if {@link #finish}
 * returns. One thread.
 */
public final class RunWriter implements AutoCloseable {
    /** A block has no more with its frame, unless one entry alone has. A look-up reads and checks all of it. */
    static final int FRAME_BYTES = 1 << 12;

    static final byte BLOCK = 1;
    static final byte DIRECTORY = 2;
    static final byte SUMMARY = 3;

    private static final byte[] BLOCK_HEAD = {BLOCK};
    private static final int BLOCK_BYTES = FRAME_BYTES - FrameWriter.OVERHEAD - BLOCK_HEAD.length;
    private static final int SYNC_BYTES = 1 << 23;

    private final FileStore store;
    private final FrameWriter file;
    private final Schemas schemas;
    private final Schemas used = new Schemas();
    private boolean allUsed;
    private final EntryWriter block = new EntryWriter(FRAME_BYTES);
    private byte[] lastKey = RunCursor.NOTHING; // of the entry that was added last
    private int lastKeyFrom;
    private int lastKeyTo;
    private long lastPosition;
    private final DirectoryWriter directory = new DirectoryWriter();
    private final ByteSink directories = new ByteSink();
    private long[] positions = new long[64]; // of the block
    private int inBlock;
    private byte[] tied = RunCursor.NOTHING; // the first key of the block, if the block before has its position
    private boolean isTied;
    private int directoryCount;
    private long directoryEnd;

    private long entries;
    private long puts;
    private long least = Long.MAX_VALUE;
    private long greatest = ChangeBlock.UNTIMED;
    private long nextArrival;
    private long contentBytes;

    /**
     * @param writer {@link CheckpointIdentity#NONE} for a file of the engine
     * @param schemas those of all entries that will come
     */
    public RunWriter(FileStore store, String path, CheckpointIdentity writer, Schemas schemas) throws IOException {
        this.store = store;
        this.schemas = schemas;
        file = new FrameWriter(store, path, writer);
    }

    /**
     * The entry that a cursor has come to.
     *
     * @throws IllegalStateException if it does not come after the one before
     */
    public void add(RunCursor entry) throws IOException {
        if (entries > 0 && !isAfterLast(entry)) {
            throw new IllegalStateException("an entry is out of the order of a run");
        }
        int bytes = Math.addExact(entry.keyTo - entry.keyFrom, entry.valueTo - entry.valueFrom);
        if (inBlock > 0 && bytes > BLOCK_BYTES - EntryWriter.MOST_BESIDES - block.size()) {
            endBlock();
        }
        if (inBlock == 0) {
            beginBlock(entry);
        }
        block.write(entry);
        if (!allUsed) {
            noteSchemas(entry);
        }
        count(entry, bytes);
        lastPosition = entry.position;
        lastKey = entry.keyArray;
        lastKeyFrom = entry.keyFrom;
        lastKeyTo = entry.keyTo;
    }

    private boolean isAfterLast(RunCursor entry) {
        int order = Long.compareUnsigned(entry.position, lastPosition);
        return order > 0
                || order == 0
                        && Arrays.compareUnsigned(
                                        entry.keyArray, entry.keyFrom, entry.keyTo, lastKey, lastKeyFrom, lastKeyTo)
                                > 0;
    }

    private void beginBlock(RunCursor entry) {
        isTied = entries > 0 && lastPosition == entry.position;
        tied = isTied ? Arrays.copyOfRange(entry.keyArray, entry.keyFrom, entry.keyTo) : RunCursor.NOTHING;
    }

    /** Once all are known to be used, nothing is to be found any more. */
    private void noteSchemas(RunCursor entry) {
        allUsed = used.all().size() == schemas.all().size();
        if (entry.change != Change.REMOVE && !allUsed) {
            schemas.noteUsed(entry.keyArray, entry.keyFrom, entry.keyTo, used);
            if (entry.change == Change.PUT) {
                schemas.noteUsed(entry.valueArray, entry.valueFrom, entry.valueTo, used);
            }
        }
    }

    private void count(RunCursor entry, int bytes) {
        if (inBlock == positions.length) {
            positions = Arrays.copyOf(positions, 2 * inBlock);
        }
        positions[inBlock++] = entry.position;
        entries++;
        contentBytes += bytes;
        if (entry.change == Change.PUT) {
            puts++;
            nextArrival = Math.max(nextArrival, entry.arrival + 1);
        }
        if (entry.touched != ChangeBlock.UNTIMED) {
            least = Math.min(least, entry.touched);
            greatest = Math.max(greatest, entry.touched);
        }
    }

    private void endBlock() throws IOException {
        long offset = file.size();
        int checksum = file.write(BLOCK_HEAD, block.array(), 0, block.size());
        directory.add(offset, (int) (file.size() - offset), checksum, isTied ? tied : null, positions, inBlock);
        inBlock = 0;
        block.clear();
        if (directory.isFull()) {
            endDirectory();
        }
        if (store.canAppend() && offset / SYNC_BYTES != file.size() / SYNC_BYTES) {
            file.flush();
            file.sync(); // in small parts, so that the sync of a journal never waits for much
        }
    }

    private void endDirectory() throws IOException {
        byte[] content = directory.take();
        long begin = file.size();
        file.write(new byte[] {DIRECTORY}, content, 0, content.length);
        directories.writeSigned(begin - directoryEnd);
        directories.writeSigned(file.size() - begin);
        directoryEnd = file.size();
        directoryCount++;
    }

    /** The bytes so far. */
    public long size() {
        return file.size() + block.size();
    }

    /** Writes the rest, durably. */
    public RunSeal finish() throws IOException {
        if (inBlock > 0) {
            endBlock();
        }
        if (!directory.isEmpty()) {
            endDirectory();
        }
        ByteSink summary = new ByteSink();
        used.writeTo(summary);
        for (long number : new long[] {entries, puts, least, greatest, nextArrival, contentBytes, directoryCount}) {
            summary.writeLong(number);
        }
        summary.writeAll(directories);
        long summaryAt = file.size();
        byte[] content = summary.toBytes();
        file.write(new byte[] {SUMMARY}, content, 0, content.length);
        file.flush();
        file.sync();
        return new RunSeal(file.size(), summaryAt, file.checksum());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
