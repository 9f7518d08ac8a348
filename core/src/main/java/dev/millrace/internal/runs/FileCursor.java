/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.error.CodecException;
import dev.millrace.internal.log.Frame;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The entries of a file, from the first to the last. One thread. */
final class FileCursor extends EntryReader {
    /** A place is the offset of a frame above so many bits, and below them where in its payload the entry begins. */
    static final int PLACE_BITS = 16;

    private final RunBytes bytes;
    private final RunSeal seal;
    private @Nullable RunFrames frames; // opened when the first entry is asked for
    private boolean begun;
    private long block;

    FileCursor(RunBytes bytes, RunSeal seal) {
        this.bytes = bytes;
        this.seal = seal;
    }

    @Override
    public boolean next() {
        if (!begun) {
            begin();
        }
        while (!hasMore()) {
            if (frames == null || !nextFrame(frames)) {
                return false;
            }
        }
        place = block << PLACE_BITS | at;
        try {
            return super.next();
        } catch (CodecException e) {
            throw bytes.damaged(block, String.valueOf(e.getMessage()));
        }
    }

    private void begin() {
        begun = true;
        try {
            frames = new RunFrames(bytes, seal);
        } catch (IOException e) {
            throw bytes.unreadable(e);
        }
    }

    private boolean nextFrame(RunFrames from) {
        long offset = from.position();
        byte[] payload = from.next();
        if (payload == null) {
            close();
            return false;
        }
        if (payload[0] == RunWriter.BLOCK) {
            block = offset;
            begin(payload, 1, payload.length - Frame.MARK);
        }
        return true;
    }

    @Override
    public void close() {
        begun = true;
        if (frames != null) {
            frames.close();
            frames = null;
        }
    }
}
