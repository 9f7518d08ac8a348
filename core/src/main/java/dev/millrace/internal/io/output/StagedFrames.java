/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.internal.log.FrameWriter;
import dev.millrace.spi.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one task's rows. While they are few they are held, and then the decision has them as text, so that no file has to be
 * made durable for them; once they are more they are in a file.
 */
final class StagedFrames implements ObjectFile.Frames, AutoCloseable {
    private static final int MOST_PARTITIONS = 64; // one record has what all tasks of a batch hold

    private final RowsPlace place;
    private final String path;
    private final StagedRows.BeforeFiles beforeFiles;
    private final long most;
    private final List<byte[]> held = new ArrayList<>();
    private long bytes;
    private @Nullable FrameWriter file;

    /**
     * @param path of the file, if one is needed
     * @param beforeFiles is called before the file is made
     */
    StagedFrames(RowsPlace place, String path, int partition, StagedRows.BeforeFiles beforeFiles) {
        this.place = place;
        this.path = path;
        this.beforeFiles = beforeFiles;
        most = partition < MOST_PARTITIONS ? place.bytesInDecision() : 0;
    }

    @Override
    public void append(byte[] frame) throws IOException {
        bytes += Integer.BYTES + frame.length;
        held.add(frame);
        if (bytes > most) {
            flush();
        }
    }

    private void flush() throws IOException {
        if (file == null) {
            beforeFiles.run();
            file = new FrameWriter(place.store(), path, place.writer());
        }
        for (byte[] frame : held) {
            file.append(frame);
        }
        held.clear();
        bytes = most; // the others follow it there
    }

    /** Makes the file durable; null if there is one, and else the frames as text. */
    @Nullable
    String end() throws IOException {
        if (file != null) {
            file.sync();
            return null;
        }
        ByteBuffer all = ByteBuffer.allocate((int) bytes);
        held.forEach(frame -> all.putInt(frame.length).put(frame));
        return Base64.getEncoder().encodeToString(all.array());
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    /** Reads what {@link #end} has given. */
    @SuppressWarnings("unchecked") // the program says what its rows are
    static <R> Iterator<R> read(String text, Codec codec) {
        ByteBuffer all = ByteBuffer.wrap(Base64.getDecoder().decode(text));
        List<R> rows = new ArrayList<>();
        while (all.hasRemaining()) {
            byte[] frame = new byte[all.getInt()];
            all.get(frame);
            if (codec.decode(frame) instanceof List<?> some) { // the last one has their number
                rows.addAll((List<R>) some);
            }
        }
        return rows.iterator();
    }
}
