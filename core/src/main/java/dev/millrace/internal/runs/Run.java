/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ByteSource;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.log.Frame;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One immutable file of keyed entries in the order of a run. docs/formats/runs.md. Safe for several threads. */
public final class Run implements AutoCloseable {
    private final RunBytes bytes;
    private final RunSeal seal;
    private final byte[] end; // the frame of the summary
    private final RunSummary summary;
    private final long[] directories; // for each, how many bytes behind the last one it begins, and how long it is
    private @Nullable RunIndex index;

    private Run(RunBytes bytes, RunSeal seal, byte[] end) {
        this.bytes = bytes;
        this.seal = seal;
        this.end = end;
        ByteSource source = ofSummary();
        new Schemas().readFrom(source);
        summary = new RunSummary(
                source.readLong(),
                source.readLong(),
                source.readLong(),
                source.readLong(),
                source.readLong(),
                source.readLong());
        directories = new long[Math.toIntExact(2 * source.readLong())];
        for (int i = 0; i < directories.length; i++) {
            directories[i] = source.readSigned();
        }
    }

    private ByteSource ofSummary() {
        return new ByteSource(end, Frame.HEADER + 1, end.length - Frame.MARK);
    }

    /**
     * Opens a file.
     *
     * @throws dev.millrace.error.MillraceException if it is another one than the seal says, or its end is damaged; the rest is
     *     looked at when it is read
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    public static Run open(RunBytes bytes, RunSeal seal) throws IOException {
        new RunFrames(bytes, seal).close();
        int length = (int) (seal.bytes() - seal.summaryAt());
        byte[] end = RunFrames.at(bytes, seal.summaryAt(), length, new byte[length]);
        try {
            return new Run(bytes, seal, end);
        } catch (CodecException | ArithmeticException e) {
            throw bytes.damaged(seal.summaryAt(), "it has no summary of a run there: " + e.getMessage());
        }
    }

    public RunSeal seal() {
        return seal;
    }

    public RunSummary summary() {
        return summary;
    }

    /** Adds the schemas that its entries use. */
    public void addSchemas(Schemas to) {
        to.readFrom(ofSummary());
    }

    /** All entries. Having come to the end, a reader knows that each byte of the file is what was written. */
    public RunCursor cursor() {
        return new FileCursor(bytes, seal);
    }

    /** A reader of single entries. */
    public RunPlaces places() {
        return new RunPlaces(bytes);
    }

    /** The index that finds blocks; read when it is first asked for. */
    synchronized RunIndex index() {
        if (index == null) {
            index = RunIndex.read(bytes, directories);
        }
        return index;
    }

    /** The memory that it takes by now, in bytes, most of it once keys are looked up in it. */
    public synchronized long memoryBytes() {
        return end.length + (long) Long.BYTES * directories.length + (index == null ? 0 : index.memoryBytes());
    }

    /** It is not read any more. */
    @Override
    public void close() {
        bytes.close();
    }
}
