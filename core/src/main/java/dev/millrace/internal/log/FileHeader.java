/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first frame of a file: the program that wrote it, and which file it is. So a file of another checkpoint, or another file of the same
 * one, is known wherever it is put. Of a segment it tells too how that stands in its log.
 *
 * @param name the path in the checkpoint under which it is read; empty for a file of no checkpoint, which may be moved
 * @param segment the number of the segment; 0 for a file that is none
 * @param previousBytes how many bytes of the segment before count; -1 if there was none
 * @param runs for each of the last programs that have begun segments, the first of these: so it is known which programs were fenced even
 *     when all files are gone that a successor had under those numbers
 */
public record FileHeader(
        CheckpointIdentity writer, String name, long segment, long previousBytes, List<EpochFile> runs) {
    private static final int FIXED = 2 * 16 + 3 * Long.BYTES + Integer.BYTES;

    /** The header of a file that is no segment of a log. */
    static FileHeader of(CheckpointIdentity writer, String name) {
        return new FileHeader(writer, name, 0, -1, List.of());
    }

    byte[] encode() {
        byte[] text = (writer.isOfCheckpoint() ? name : "").getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(FIXED + runs.size() * 2 * Long.BYTES + text.length);
        put(bytes, writer.checkpointId());
        bytes.putLong(writer.epoch());
        put(bytes, writer.runId());
        bytes.putLong(segment).putLong(previousBytes).putInt(runs.size());
        runs.forEach(run -> bytes.putLong(run.number()).putLong(run.epoch()));
        return bytes.put(text).array();
    }

    private static void put(ByteBuffer bytes, UUID id) {
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    /** Null if the frame is no header. */
    public static @Nullable FileHeader decode(byte[] frame) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(frame);
            UUID checkpoint = new UUID(bytes.getLong(), bytes.getLong());
            long epoch = bytes.getLong();
            UUID run = new UUID(bytes.getLong(), bytes.getLong());
            long segment = bytes.getLong();
            long previousBytes = bytes.getLong();
            List<EpochFile> runs = new ArrayList<>();
            for (int left = bytes.getInt(); left > 0; left--) {
                runs.add(new EpochFile(bytes.getLong(), bytes.getLong()));
            }
            String name = StandardCharsets.UTF_8.decode(bytes).toString();
            CheckpointIdentity writer = new CheckpointIdentity(checkpoint, epoch, run);
            return new FileHeader(writer, name, segment, previousBytes, runs);
        } catch (BufferUnderflowException e) {
            return null;
        }
    }
}
