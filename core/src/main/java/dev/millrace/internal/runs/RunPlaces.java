/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.error.CodecException;
import dev.millrace.internal.log.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads single entries of a run where they stand. The file stays open from one to the next, and is opened anew only for a place that is before the
 * last one, or far behind it; so ask for places in ascending order. One thread.
 */
public final class RunPlaces implements AutoCloseable {
    private static final int FAR = 1 << 18;

    private final RunBytes bytes;
    private @Nullable InputStream in;
    private long position; // of the stream
    private long offset = -1; // of the frame
    private byte[] frame = {};

    RunPlaces(RunBytes bytes) {
        this.bytes = bytes;
    }

    /**
     * Returns the entry at a place, as one that has been read; its position and place are not told.
     *
     * @param place which a cursor of the run has told
     */
    public RunCursor at(long place) {
        long at = place >>> FileCursor.PLACE_BITS;
        int from = (int) place & (1 << FileCursor.PLACE_BITS) - 1;
        if (at != offset) {
            read(at);
        }
        EntryReader entries = new EntryReader();
        try {
            entries.begin(frame, Frame.HEADER + 1, frame.length - Frame.MARK);
            while (entries.at <= Frame.HEADER + from) {
                entries.read();
            }
        } catch (CodecException e) {
            throw bytes.damaged(at, String.valueOf(e.getMessage()));
        }
        return entries;
    }

    private void read(long at) {
        try {
            InputStream there = opened(at);
            byte[] read = new byte[RunWriter.FRAME_BYTES];
            int length = Frame.HEADER + RunFrames.length(bytes, at, read, there.readNBytes(read, 0, Frame.HEADER));
            read = length <= read.length ? read : Arrays.copyOf(read, length);
            int more = there.readNBytes(read, Frame.HEADER, length - Frame.HEADER);
            RunFrames.check(bytes, at, read, Frame.HEADER + more, length);
            position = at + length;
            frame = read.length == length ? read : Arrays.copyOf(read, length);
            offset = at;
        } catch (IOException e) {
            throw bytes.unreadable(e);
        }
    }

    private InputStream opened(long at) throws IOException {
        InputStream opened = in;
        if (opened != null && at >= position && at - position <= FAR) {
            opened.skipNBytes(at - position);
            return opened;
        }
        close();
        opened = bytes.open(at);
        in = opened;
        return opened;
    }

    /** Closes the file; it is opened again for the next place. */
    @Override
    public void close() {
        InputStream opened = in;
        in = null;
        offset = -1;
        if (opened != null) {
            try {
                opened.close();
            } catch (IOException e) {
                throw bytes.unreadable(e);
            }
        }
    }
}
