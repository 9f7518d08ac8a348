/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first frame of a file: who wrote it, and which file it is. So a file of another checkpoint, or another file of the same
 * one, is known wherever it is put.
 *
 * @param name the path in the checkpoint under which it is read; empty for a file of no checkpoint, which may be moved
 * @param segment how it stands in a log, if it is a segment of one
 */
public record FileHeader(CheckpointIdentity writer, String name, SegmentStart segment) {
    private static final int FIXED = 2 * 16 + Long.BYTES;

    static FileHeader of(CheckpointIdentity writer, String name, SegmentStart segment) {
        return new FileHeader(writer, writer.isOfCheckpoint() ? name : "", segment);
    }

    byte[] encode() {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(FIXED + segment.length() + text.length);
        put(bytes, writer.checkpointId());
        bytes.putLong(writer.epoch());
        put(bytes, writer.runId());
        segment.put(bytes);
        return bytes.put(text).array();
    }

    private static void put(ByteBuffer bytes, UUID id) {
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    /** Null if the frame is no header. */
    static @Nullable FileHeader decode(byte[] frame) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(frame);
            UUID checkpoint = new UUID(bytes.getLong(), bytes.getLong());
            long epoch = bytes.getLong();
            UUID run = new UUID(bytes.getLong(), bytes.getLong());
            SegmentStart segment = SegmentStart.read(bytes);
            String name = StandardCharsets.UTF_8.decode(bytes).toString();
            return new FileHeader(new CheckpointIdentity(checkpoint, epoch, run), name, segment);
        } catch (BufferUnderflowException e) {
            return null;
        }
    }
}
